import { type ReactNode, useEffect } from "react";

interface Props {
  readonly title: string;
  /** What this screen answers. */
  readonly question: string;
  readonly aside?: ReactNode;
  /** Fills the window and scrolls inside. */
  readonly tall?: boolean;
  readonly children: ReactNode;
}

/** A screen: one question, and its answer. */
export function Screen({ title, question, aside, tall = false, children }: Props): ReactNode {
  useEffect(() => {
    document.title = `${title} · Rein`;
  }, [title]);
  return (
    <main className={tall ? "screen tall" : "screen"} id="main" tabIndex={-1}>
      <header className="screen-head">
        <div>
          <h1>{title}</h1>
          <p className="question">{question}</p>
        </div>
        {aside !== undefined && <div className="screen-aside">{aside}</div>}
      </header>
      {children}
    </main>
  );
}
