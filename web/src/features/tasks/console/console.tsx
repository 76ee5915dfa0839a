// The log of a task, however long: the end while it is followed, any other part at once, found by text, by error, by line number.
import { ArrowDown, ArrowDownToLine, ArrowUp, CaseSensitive, Clock, Download, Filter, Regex, WrapText } from "lucide-react";
import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type ClipboardEvent, type KeyboardEvent } from "react";
import type { Task } from "~/api/documents";
import { Button, copyText, IconButton, Spinner } from "~/design/button";
import { SearchField } from "~/design/field";
import { Empty, Loading, Problem } from "~/design/parts";
import { toast } from "~/design/toast";
import { count, escapePattern, moment, plural } from "~/format";
import { useCommands } from "~/keys/commands";
import { shownKeys } from "~/keys/combo";
import { listed } from "~/keys/list";
import { to } from "~/routes";
import { useParams } from "~/shell/address";
import css from "./console.module.css";
import { ERROR_PATTERN, nextMatch, useLogSearch } from "./log-search";
import { useLogSource } from "./log-source";
import { placeOf, scrolledBy, scrolledTo, type LongScroll } from "./long-scroll";
import { bookOf, lineAtRow, pageOf, PAGE_LINES, rowCount, rowOfLine, rowsBetween, toggled, type Book, type Page, type Row } from "./pages";
import type { Piece } from "./text";

const ROW = 18;
const GUTTER = 62;
const TIME = 150;
const BEYOND = 20;
const NONE: ReadonlySet<number> = new Set();

export function Console({ task }: { task: Task }) {
  const [params, setParams] = useParams();
  const linked = params.line ? Number(params.line) - 1 : null;
  const isRunning = task.status === "in_progress";
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ height: 600, width: 800 });
  const [isWrapped, setWrapped] = useState(true);
  const [hasTimes, setTimes] = useState(false);
  const [follows, setFollows] = useState(linked === null);
  const [opened, setOpened] = useState<ReadonlySet<number>>(NONE);
  const [text, setText] = useState("");
  const [isPattern, setPattern] = useState(false);
  const [isCase, setCase] = useState(false);
  const [isFiltered, setFiltered] = useState(false);
  const [current, setCurrent] = useState<number | null>(linked);
  const letter = useLetterWidth(box);
  const columns = isWrapped ? Math.max(20, Math.floor((view.width - GUTTER - (hasTimes ? TIME : 0) - 34) / letter)) : 0;
  const source = useLogSource(task.id, isRunning, columns, opened);
  const matches = useLogSearch(task.id, text, isPattern, isCase);
  const matched = useMemo(() => new Set(matches.lines.map((line) => line.line)), [matches.lines]);
  const filtered = useMemo(() => (isFiltered && text ? filteredBook(matches.lines, columns) : null), [isFiltered, text, matches.lines, columns]);
  const book = filtered?.book ?? source.book;
  const rows = rowCount(book);
  const whole = rows * ROW;
  const [scroll, setScroll] = useState<LongScroll>(() => scrolledTo(0, 0, 0));
  // Where the box shall stand once the rows are laid out: told once, so that what the reader does from then on stays.
  const wanted = useRef<number | null>(null);
  // Where we have put it: the event that this causes is not a scroll of theirs.
  const own = useRef<number | null>(null);
  const anchor = useRef<{ line: number; y: number } | null>(null);
  const latest = useRef({ scroll, book, view });
  useLayoutEffect(() => {
    latest.current = { scroll, book, view };
  });

  const moveTo = useCallback((y: number, wholeNow: number) => {
    const element = box.current;
    if (!element) return;
    const next = scrolledTo(wholeNow, y, element.clientHeight);
    latest.current.scroll = next;
    setScroll(next);
    wanted.current = Math.round(next.top);
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || wanted.current === null) return;
    const before = element.scrollTop;
    if (Math.abs(before - wanted.current) >= 1) element.scrollTop = wanted.current;
    if (element.scrollTop !== before) own.current = element.scrollTop;
    wanted.current = null;
  });

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setView({ height: element.clientHeight, width: element.clientWidth });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [source.isReady]);

  const onScroll = useCallback(() => {
    const element = box.current;
    if (!element) return;
    const top = element.scrollTop;
    const isOwn = own.current !== null && Math.abs(top - own.current) < 1.5;
    own.current = null;
    if (isOwn) return;
    const next = scrolledBy({ ...latest.current.scroll, whole }, top, element.clientHeight);
    latest.current.scroll = next;
    if (Math.abs(next.top - top) >= 1) wanted.current = Math.round(next.top);
    const y = placeOf(next);
    anchor.current = { line: lineAtRow(latest.current.book, Math.floor(y / ROW)), y: y % ROW };
    setScroll(next);
    if (!filtered) setFollows(y + element.clientHeight >= whole - ROW * 1.5);
  }, [whole, filtered]);

  // The rows changed: at the end one stays at the end, elsewhere the line that is read stays where it is.
  useLayoutEffect(() => {
    const element = box.current;
    // The reader has scrolled, and the browser has not told of it yet. (At the very end it may have cut the place itself.)
    if (element && own.current === null && wanted.current === null && Math.abs(element.scrollTop - latest.current.scroll.top) >= 1.5 && element.scrollTop + element.clientHeight < element.scrollHeight - 1) {
      onScroll();
      return;
    }
    if (follows && !filtered) {
      moveTo(whole, whole);
      return;
    }
    const kept = anchor.current;
    if (kept && !filtered) moveTo(rowOfLine(book, kept.line) * ROW + kept.y, whole);
    else moveTo(placeOf(latest.current.scroll), whole);
  }, [book, whole, follows, filtered, view.height, moveTo, onScroll]);

  const jump = useCallback((line: number) => {
    setFollows(false);
    setFiltered(false);
    setCurrent(line);
    const { book: shown, view: size } = latest.current;
    const y = Math.max(0, rowOfLine(shown, line) * ROW - size.height / 3);
    anchor.current = { line: lineAtRow(shown, Math.floor(y / ROW)), y: y % ROW };
    moveTo(y, rowCount(shown) * ROW);
  }, [moveTo]);
  const wasLinked = useRef(false);
  useEffect(() => {
    if (linked === null || wasLinked.current || !source.isReady) return;
    wasLinked.current = true;
    jump(linked);
  }, [linked, source.isReady, jump]);

  const first = Math.max(0, Math.floor(placeOf(scroll) / ROW) - BEYOND);
  const last = Math.min(rows, Math.ceil((placeOf(scroll) + view.height) / ROW) + BEYOND);
  const { want } = source;
  const [fromLine, toLine] = [lineAtRow(source.book, first), lineAtRow(source.book, last) + 1];
  useEffect(() => {
    if (!filtered && source.isReady) want(Math.max(0, fromLine - PAGE_LINES / 4), toLine + PAGE_LINES / 4);
  }, [want, fromLine, toLine, filtered, source.isReady]);

  const step = async (isBackward: boolean) => {
    const at = current ?? lineAtRow(source.book, Math.floor(placeOf(scroll) / ROW)) - 1;
    try {
      const from = (line: number) => nextMatch(task.id, text || ERROR_PATTERN, text ? isPattern : true, text ? isCase : false, line, isBackward);
      let line = await from(at);
      if (line === null) {
        // Once around: what is looked for may be on the other side of where one reads.
        line = await from(isBackward ? source.book.total : -1);
        if (line !== null) toast(isBackward ? "From the end again" : "From the beginning again");
      }
      if (line === null) toast(text ? "No match" : "No error");
      else jump(line);
    } catch (problem) {
      toast((problem as Error).message, { isError: true });
    }
  };
  const follow = () => {
    setFiltered(false);
    setCurrent(null);
    setFollows(true);
  };
  const search = useRef<HTMLDivElement>(null);
  const focusSearch = () => search.current?.querySelector("input")?.focus();
  useCommands([
    { ...listed("log:follow"), icon: null, run: follow },
    { ...listed("log:next-error"), icon: null, run: () => void step(false) },
    { ...listed("log:previous-error"), icon: null, run: () => void step(true) },
    { ...listed("filter"), label: "Search the log", isKeyOnly: true, run: focusSearch },
    { id: "log:wrap", label: isWrapped ? "Do not wrap long lines" : "Wrap long lines", group: "Console", run: () => setWrapped(!isWrapped) },
    { id: "log:times", label: hasTimes ? "Hide the times" : "Show the times", group: "Console", run: () => setTimes(!hasTimes) },
  ]);
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "f") {
      event.preventDefault();
      focusSearch();
    } else if (event.key === "End") {
      event.preventDefault();
      follow();
    } else if (event.key === "Home") {
      event.preventDefault();
      setFollows(false);
      anchor.current = { line: book.first, y: 0 };
      moveTo(0, whole);
    }
  };
  const link = useCallback((line: number) => {
    setParams({ line: String(line + 1) });
    setCurrent(line);
    void copyText(location.origin + to.line(task.id, line + 1)).then(() => toast(`The link to line ${count(line + 1)} is copied`));
  }, [setParams, task.id]);
  const open = useCallback((row: Row) => setOpened((before) => toggled(before, row)), []);
  const highlight = useMemo(() => highlighter(text, isPattern, isCase), [text, isPattern, isCase]);
  const place = matches.lines.findIndex((line) => line.line === current);

  if (source.error) return <div className="page"><Problem error={source.error} retry={source.again} /></div>;
  return (
    <section className={css.console} aria-label="Console">
      <div className={css.bar}>
        <div ref={search}>
          <SearchField
            label="Search the log" value={text} onChange={setText} wait={150} width={230} data-page-search
            onKeyDown={(event) => {
              if (event.key === "Enter" && text && event.currentTarget.value === text) {
                event.preventDefault();
                void step(event.shiftKey);
              }
            }}
          />
        </div>
        <IconButton label="Search by a regular expression" isSmall aria-pressed={isPattern} onClick={() => setPattern(!isPattern)}>
          <Regex size={14} aria-hidden />
        </IconButton>
        <IconButton label="Tell capital letters apart" isSmall aria-pressed={isCase} onClick={() => setCase(!isCase)}>
          <CaseSensitive size={15} aria-hidden />
        </IconButton>
        {text ? (
          <>
            <span className={css.count} role="status">
              {matches.error ? <span className={css.error}>{matches.error}</span> : <>{place >= 0 ? `${count(place + 1)} of ` : ""}{count(matches.lines.length)}{matches.isCut ? "+" : ""} {matches.lines.length === 1 ? "line" : "lines"}</>} {matches.isSearching ? <Spinner size={11} /> : null}
            </span>
            <Button isSmall kind="quiet" aria-pressed={isFiltered} icon={<Filter size={13} aria-hidden />} onClick={() => setFiltered(!isFiltered)}>
              Only these
            </Button>
          </>
        ) : null}
        <IconButton label={text ? "Match before" : "Error before"} keys={shownKeys("N")} isSmall onClick={() => void step(true)}>
          <ArrowUp size={14} aria-hidden />
        </IconButton>
        <IconButton label={text ? "Next match" : "Next error"} keys={shownKeys("n")} isSmall onClick={() => void step(false)}>
          <ArrowDown size={14} aria-hidden />
        </IconButton>
        <span className="grow" />
        <span className={css.count}>{source.isReady ? `${count(source.book.total - source.book.first)} ${source.book.total - source.book.first === 1 ? "line" : "lines"}` : ""}</span>
        <IconButton label="Times" isSmall aria-pressed={hasTimes} onClick={() => setTimes(!hasTimes)}>
          <Clock size={14} aria-hidden />
        </IconButton>
        <IconButton label="Wrap long lines" isSmall aria-pressed={isWrapped} onClick={() => setWrapped(!isWrapped)}>
          <WrapText size={14} aria-hidden />
        </IconButton>
        <IconButton label="Save the whole log" isSmall onClick={() => location.assign(`/api/events.download_task_log?line_type=text&task=${task.id}`)}>
          <Download size={14} aria-hidden />
        </IconButton>
        <Button isSmall kind="quiet" aria-pressed={follows} icon={<ArrowDownToLine size={13} aria-hidden />} onClick={follow}>
          Follow
        </Button>
      </div>
      {!source.isReady ? <Loading /> : null}
      {source.isReady && source.book.total - source.book.first === 0 ? <Empty title={isRunning || task.status === "queued" ? "No output yet" : "No output"}>{task.status === "queued" ? "It comes when an agent has taken the task." : null}</Empty> : null}
      <div
        ref={box}
        className={css.box}
        role="log"
        aria-label="Console"
        aria-live={follows && isRunning ? "polite" : "off"}
        tabIndex={0}
        hidden={!source.isReady || source.book.total === source.book.first}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        onCopy={(event) => copyRows(event)}
      >
        <div className={css.sizer} style={{ height: Math.max(scroll.height, Math.min(whole, ROW)) }}>
          {rowsBetween(book, first, last).map((row, index) => (
            <LogRow
              key={first + index}
              row={row}
              top={(first + index) * ROW - scroll.offset}
              isMatch={row !== null && !filtered && matched.has(row.line)}
              isCurrent={row !== null && row.line === current}
              hasTime={hasTimes}
              highlight={highlight}
              onNumber={filtered ? jump : link}
              onStates={filtered ? null : open}
            />
          ))}
        </div>
      </div>
      {!follows && isRunning && source.isReady ? (
        <div className={css.float}>
          <Button isSmall kind="primary" icon={<ArrowDownToLine size={13} aria-hidden />} onClick={follow}>
            To the end
          </Button>
        </div>
      ) : null}
    </section>
  );
}

/** Lines that match, as a log of their own. */
function filteredBook(lines: readonly { line: number; timestamp: number; msg: string }[], columns: number): { book: Book } {
  const pages = new Map<number, Page>();
  for (let from = 0; from < lines.length; from += PAGE_LINES) {
    const page = pageOf(lines.slice(from, from + PAGE_LINES), columns, ALL_OPENED);
    pages.set(from / PAGE_LINES, page);
  }
  return { book: bookOf(0, lines.length, pages) };
}
/** Every state of a bar is a match of its own. */
const ALL_OPENED: ReadonlySet<number> = { has: () => true, size: 1 } as unknown as ReadonlySet<number>;

function useLetterWidth(box: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(7.2);
  useEffect(() => {
    const measure = () => {
      const probe = document.createElement("span");
      probe.style.cssText = "position:absolute;visibility:hidden;white-space:pre;font-family:var(--mono);font-size:12px";
      probe.textContent = "0".repeat(100);
      (box.current ?? document.body).append(probe);
      const measured = probe.getBoundingClientRect().width / 100;
      probe.remove();
      if (measured > 3) setWidth(measured);
    };
    measure();
    void document.fonts?.ready.then(measure);
  }, [box]);
  return width;
}

function highlighter(text: string, isPattern: boolean, isCase: boolean): RegExp | null {
  if (!text) return null;
  try {
    return new RegExp(isPattern ? text : escapePattern(text), isCase ? "gu" : "giu");
  } catch {
    return null;
  }
}

/** Drawn again only when something of it changed: the rows that stay while one scrolls are not. */
const LogRow = memo(function LogRow({ row, top, isMatch, isCurrent, hasTime, highlight, onNumber, onStates }: {
  row: Row | null;
  top: number;
  isMatch: boolean;
  isCurrent: boolean;
  hasTime: boolean;
  highlight: RegExp | null;
  onNumber: (line: number) => void;
  onStates: ((row: Row) => void) | null;
}) {
  if (!row)
    return (
      <div className={css.row} style={{ top }} aria-hidden>
        <span className={css.number} />
        <span className={css.bone} style={{ width: 120 + ((top / ROW) % 7) * 40 }} />
      </div>
    );
  return (
    <div className={css.row} style={{ top }} data-line={row.line} {...(isMatch ? { "data-match": true } : {})} {...(isCurrent ? { "data-current": true } : {})}>
      {row.part === 0 ? (
        <button type="button" className={css.number} tabIndex={-1} aria-label={`Link to line ${row.line + 1}`} onClick={() => onNumber(row.line)}>
          {row.line + 1}
        </button>
      ) : (
        <span className={css.number} />
      )}
      {hasTime ? <span className={css.time}>{row.part === 0 ? moment(row.timestamp) : " ".repeat(19)}</span> : null}
      <span className={css.text}>
        {row.pieces.map((piece, index) => (
          <Text key={index} piece={piece} highlight={isMatch || isCurrent ? highlight : null} />
        ))}
      </span>
      {onStates && row.states > 0 ? (
        <button type="button" className={css.hidden} tabIndex={-1} onClick={() => onStates(row)}>
          {row.isOpened ? "hide the states before" : `${plural(row.states, "state")} before`}
        </button>
      ) : null}
    </div>
  );
});

function ink(colour: string | undefined): string | undefined {
  if (colour === undefined) return undefined;
  return colour.includes(",") ? `rgb(${colour})` : `var(--ansi-${colour})`;
}

function Text({ piece, highlight }: { piece: Piece; highlight: RegExp | null }) {
  const { text, colour, back, isBold, isDim, isItalic, isUnderlined } = piece;
  const shown = highlight ? marked(text, highlight) : text;
  if (!colour && !back && !isBold && !isDim && !isItalic && !isUnderlined) return <>{shown}</>;
  return (
    <span
      style={{
        ...(colour ? { color: ink(colour) } : {}), ...(back ? { background: ink(back), ...(colour ? {} : { color: "var(--bg)" }) } : {}),
        ...(isBold ? { fontWeight: 600 } : {}), ...(isDim ? { opacity: 0.75 } : {}), ...(isItalic ? { fontStyle: "italic" } : {}), ...(isUnderlined ? { textDecoration: "underline" } : {}),
      }}
    >
      {shown}
    </span>
  );
}

function marked(text: string, pattern: RegExp): React.ReactNode {
  const out: React.ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match[0] === "") break;
    out.push(text.slice(from, match.index), <mark key={match.index}>{match[0]}</mark>);
    from = match.index + match[0].length;
  }
  out.push(text.slice(from));
  return out;
}

/** Rows of one line are copied as the one line that they are. */
function copyRows(event: ClipboardEvent): void {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return;
  const part = selection.getRangeAt(0).cloneContents();
  const rows = [...part.querySelectorAll<HTMLElement>("[data-line]")];
  if (rows.length < 2) return;
  let out = "";
  rows.forEach((row, index) => {
    const text = row.querySelector(`.${css.text}`)?.textContent ?? "";
    if (index > 0 && row.dataset.line !== rows[index - 1]?.dataset.line) out += "\n";
    out += text;
  });
  event.clipboardData.setData("text/plain", out);
  event.preventDefault();
}
