// Lists of things to do, under a button or at the pointer. By keyboard: arrows, first letters, Enter, Escape.
import { Menu as Base } from "@mantine/core";
import { Fragment, type ReactElement, type ReactNode } from "react";
import { Kbd } from "./button";
import { cx } from "./class-names";
import css from "./menu.module.css";

export interface MenuItem {
  /** Distinguishes items of the same name. */
  id?: string;
  label: ReactNode;
  icon?: ReactNode;
  keys?: string | undefined;
  /** Why it cannot be done now; it stays in the list and says so. */
  disabled?: string | boolean | undefined;
  isDangerous?: boolean;
  isChecked?: boolean | undefined;
  count?: number | undefined;
  href?: string;
  run?: () => void;
  items?: MenuEntry[];
}
export type MenuEntry = MenuItem | "divider" | { heading: string };

const STYLE = {
  classNames: {
    dropdown: css.dropdown ?? "", item: css.item ?? "", label: css.label ?? "", divider: css.divider ?? "",
    itemLabel: css.text ?? "", itemSection: css.section ?? "",
  },
};

function Inside({ item }: { item: MenuItem }) {
  return (
    <>
      {item.label}
      {typeof item.disabled === "string" ? <span className={css.why}>{item.disabled}</span> : null}
    </>
  );
}

function Right({ item }: { item: MenuItem }) {
  return (
    <>
      {item.count === undefined ? null : <span className={css.count}>{item.count}</span>}
      {item.keys ? <Kbd keys={item.keys} /> : null}
      {item.isChecked ? <span aria-hidden>✓</span> : null}
    </>
  );
}

function Items({ items }: { items: readonly MenuEntry[] }) {
  return items.map((item, index) => {
    if (item === "divider") return <Base.Divider key={index} />;
    if ("heading" in item) return <Base.Label key={index}>{item.heading}</Base.Label>;
    const key = item.id ?? index;
    const icon = <span className={css.icon}>{item.icon}</span>;
    if (item.items)
      return (
        <Base.Sub key={key} transitionProps={{ duration: 0 }} {...STYLE}>
          <Base.Sub.Target>
            <Base.Sub.Item leftSection={icon} className={css.item ?? ""}>
              {item.label}
            </Base.Sub.Item>
          </Base.Sub.Target>
          <Base.Sub.Dropdown className={css.dropdown ?? ""}>
            <Items items={item.items} />
          </Base.Sub.Dropdown>
        </Base.Sub>
      );
    return (
      <Base.Item
        key={key}
        leftSection={icon}
        rightSection={<Right item={item} />}
        disabled={Boolean(item.disabled)}
        className={cx(item.isDangerous && css.danger)}
        {...(item.isChecked === undefined ? {} : { role: "menuitemcheckbox", "aria-checked": item.isChecked })}
        {...(item.href ? { component: "a" as const, href: item.href } : {})}
        onClick={() => item.run?.()}
      >
        <Inside item={item} />
      </Base.Item>
    );
  });
}

/** A menu under what is pressed. */
export function Menu({ items, children, label, position = "bottom-start", top }: {
  items: readonly MenuEntry[] | (() => readonly MenuEntry[]);
  children: ReactElement;
  label?: string;
  position?: "bottom-start" | "bottom-end" | "right-start" | "top-start" | "top-end";
  top?: ReactNode;
}) {
  return (
    <Base {...STYLE} position={position} offset={4} transitionProps={{ duration: 0 }} withinPortal alignItemsLabels="none">
      <Base.Target>{children}</Base.Target>
      <Base.Dropdown aria-label={label} onKeyDown={(event) => event.stopPropagation()}>
        {top}
        <Lazy items={items} />
      </Base.Dropdown>
    </Base>
  );
}

function Lazy({ items }: { items: readonly MenuEntry[] | (() => readonly MenuEntry[]) }) {
  return <Items items={typeof items === "function" ? items() : items} />;
}

export interface Point {
  x: number;
  y: number;
}

/** A menu at a point of the window: what a right click opens. */
export function MenuAt({ at, items, onClose, label }: { at: Point; items: readonly MenuEntry[]; onClose: () => void; label: string }) {
  return (
    <Fragment key={`${at.x},${at.y}`}>
      <Base {...STYLE} opened onClose={onClose} onChange={(isOpen) => isOpen || onClose()} position="bottom-start" offset={2} transitionProps={{ duration: 0 }} withinPortal alignItemsLabels="none" trapFocus returnFocus>
        <Base.Target>
          <span aria-hidden style={{ position: "fixed", left: at.x, top: at.y, width: 1, height: 1 }} />
        </Base.Target>
        <Base.Dropdown aria-label={label} onKeyDown={(event) => event.stopPropagation()} onContextMenu={(event) => event.preventDefault()}>
          <Items items={items} />
        </Base.Dropdown>
      </Base>
    </Fragment>
  );
}
