// A question over the page. Escape and "Cancel" answer no; Enter answers yes.
import { Modal } from "@mantine/core";
import { X } from "lucide-react";
import type { FormEvent, ReactNode } from "react";
import { Button, IconButton } from "./button";
import { cx } from "./class-names";
import css from "./dialog.module.css";

interface DialogProps {
  title: ReactNode;
  children?: ReactNode;
  onClose: () => void;
  /** What "yes" is called. Without it the dialog only shows something. */
  confirm?: ReactNode;
  onConfirm?: () => void;
  isDangerous?: boolean;
  busy?: boolean;
  disabled?: boolean;
  size?: "normal" | "wide" | "huge";
  /** Left of the buttons. */
  foot?: ReactNode;
  cancel?: string;
}

export function Dialog({ title, children, onClose, confirm, onConfirm, isDangerous = false, busy = false, disabled = false, size = "normal", foot, cancel = "Cancel" }: DialogProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (!busy && !disabled) onConfirm?.();
  };
  const content = (
    <>
      <div className={css.main}>{children}</div>
      {confirm || foot ? (
        <div className={css.foot}>
          {foot}
          {confirm ? (
            <>
              <Button onClick={onClose}>{cancel}</Button>
              <Button type="submit" kind="primary" isDangerous={isDangerous} busy={busy} disabled={disabled} data-autofocus={isDangerous ? true : undefined}>
                {confirm}
              </Button>
            </>
          ) : null}
        </div>
      ) : null}
    </>
  );
  return (
    <Modal.Root opened onClose={onClose} transitionProps={{ duration: 0 }} lockScroll={false} returnFocus>
      <Modal.Overlay className={css.overlay ?? ""} />
      <Modal.Content
        classNames={{ inner: css.inner ?? "", content: cx(css.content, size === "wide" && css.wide, size === "huge" && css.huge) }}
      >
        {/* The page's keys are not meant while a dialog is open. */}
        <div className={css.whole} onKeyDown={(event) => event.stopPropagation()}>
          <div className={css.head}>
            <Modal.Title className={css.title ?? ""}>{title}</Modal.Title>
            <IconButton label="Close" isSmall onClick={onClose}>
              <X size={15} aria-hidden />
            </IconButton>
          </div>
          <Modal.Body className={css.body ?? ""}>
            {confirm ? (
              <form onSubmit={submit} className={css.form}>
                {content}
              </form>
            ) : (
              content
            )}
          </Modal.Body>
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}

/** A page's side, over the page: what there is no room for on a narrow screen. */
export function Drawer({ title, side = "right", onClose, children }: { title: string; side?: "left" | "right"; onClose: () => void; children: ReactNode }) {
  return (
    <Modal.Root opened onClose={onClose} transitionProps={{ duration: 0 }} lockScroll={false} aria-label={title}>
      <Modal.Overlay className={css.overlay ?? ""} />
      <Modal.Content aria-label={title} classNames={{ inner: cx(css.drawerInner, side === "left" && css.left), content: css.drawer ?? "" }}>
        {children}
      </Modal.Content>
    </Modal.Root>
  );
}
