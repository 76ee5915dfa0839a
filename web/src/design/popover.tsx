// A small page under what is pressed: filters, column lists.
import { Popover as Base } from "@mantine/core";
import { useState, type ReactElement, type ReactNode } from "react";
import css from "./popover.module.css";

export function Popover({ button, label, children, position = "bottom-start", width, isOpen, onOpen }: {
  button: (isOpen: boolean, toggle: () => void) => ReactElement;
  label: string;
  children: ReactNode | ((close: () => void) => ReactNode);
  position?: "bottom-start" | "bottom-end";
  width?: number;
  isOpen?: boolean;
  onOpen?: (isOpen: boolean) => void;
}) {
  const [own, setOwn] = useState(false);
  const open = isOpen ?? own;
  const set = onOpen ?? setOwn;
  return (
    <Base opened={open} onChange={set} position={position} offset={4} transitionProps={{ duration: 0 }} withinPortal trapFocus returnFocus closeOnEscape clickOutsideEvents={["mousedown", "touchstart"]}>
      <Base.Target>{button(open, () => set(!open))}</Base.Target>
      <Base.Dropdown aria-label={label} className={css.dropdown ?? ""} style={width ? { width } : undefined} onKeyDown={(event) => event.stopPropagation()}>
        {open ? (typeof children === "function" ? children(() => set(false)) : children) : null}
      </Base.Dropdown>
    </Base>
  );
}
