import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { forgetSession, hasSession, onSignedOut, remove } from "../api/client";
import { incidents, session, status } from "../api/queries";
import { Copy, Inert } from "../text/text";
import { Palette } from "./Palette";
import { SignIn } from "./SignIn";

/** Who is signed in sees the screens; everybody else one field. */
export function Shell(): ReactNode {
  const [here, setHere] = useState(hasSession);
  const client = useQueryClient();
  useEffect(
    () =>
      onSignedOut(() => {
        client.clear();
        setHere(false);
      }),
    [client],
  );
  return here ? <SignedIn leave={() => setHere(false)} /> : <SignIn enter={() => setHere(true)} />;
}

const SCREENS = [
  { to: "/", name: "Overview", key: "o" },
  { to: "/activity", name: "Activity", key: "a" },
  { to: "/runs", name: "Runs", key: "r" },
  { to: "/drill", name: "Drill", key: "d" },
] as const;

function SignedIn({ leave }: { readonly leave: () => void }): ReactNode {
  const [palette, setPalette] = useState(false);
  const { data: who } = useQuery(session);
  const client = useQueryClient();
  const navigate = useNavigate();

  const signOut = async () => {
    await remove("/v1/session").catch(() => undefined);
    forgetSession();
    client.clear();
    leave();
  };

  useEffect(() => {
    let prefix = false;
    let over = 0; // an earlier prefix's end must not end a later one
    const keys = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setPalette(true);
        return;
      }
      const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea, [role=dialog]") !== null;
      if (typing || event.metaKey || event.ctrlKey || event.altKey) return;
      if (prefix) {
        prefix = false;
        const screen = SCREENS.find((each) => each.key === event.key);
        if (screen !== undefined) {
          event.preventDefault();
          void navigate({ to: screen.to });
        }
      } else if (event.key === "g") {
        prefix = true;
        window.clearTimeout(over);
        over = window.setTimeout(() => {
          prefix = false;
        }, 2_000);
      } else if (event.key === "/") {
        const field = document.querySelector<HTMLInputElement>("[data-hotkey='/']");
        if (field !== null) {
          event.preventDefault();
          field.focus();
          field.select();
        }
      } else if (event.key === "?") {
        setPalette(true);
      }
    };
    window.addEventListener("keydown", keys);
    return () => window.removeEventListener("keydown", keys);
  }, [navigate]);

  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the screen
      </a>
      <header className="rail">
        <Link to="/" className="brand" aria-label="Rein, overview">
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 12.5V5.6A2.1 2.1 0 0 1 6.1 3.5h2.3a2.6 2.6 0 0 1 .6 5.1H4m4.2 0 3.3 3.9" />
          </svg>
          Rein
        </Link>
        <nav aria-label="Screens">
          {SCREENS.map((screen) => (
            <Link
              key={screen.to}
              to={screen.to}
              activeOptions={{ exact: screen.to === "/", includeSearch: false }}
              activeProps={{ className: "here", "aria-current": "page" }}
            >
              {screen.name}
              {screen.to === "/" && <Open />}
              <kbd aria-hidden="true">g {screen.key}</kbd>
            </Link>
          ))}
        </nav>
        <div className="rail-foot">
          <button type="button" className="quiet find" onClick={() => setPalette(true)} aria-keyshortcuts="Control+K Meta+K">
            <span>Go to…</span> <kbd aria-hidden="true">⌘K</kbd>
          </button>
          <Where />
          {who !== undefined && (
            <div className="who">
              <span>
                <Inert text={who.person} /> <span className="muted">{who.roles.join(", ")}</span>
              </span>
              <button type="button" className="quiet" onClick={signOut}>
                Sign out
              </button>
            </div>
          )}
        </div>
      </header>
      <Outlet />
      {palette && <Palette close={() => setPalette(false)} signOut={signOut} />}
    </div>
  );
}

/** How many incidents are open, beside the screen that shows them. */
function Open(): ReactNode {
  const { data } = useQuery(incidents);
  return data === undefined || data.length === 0 ? null : (
    <span className="badge denied" title="open incidents">
      {data.length}
      <span className="sr"> open incidents</span>
    </span>
  );
}

function Where(): ReactNode {
  const { data, error } = useQuery(status);
  if (error !== null) {
    return (
      <p className="where attention" role="alert">
        <i className="dot attention" /> {error.message}
      </p>
    );
  }
  if (data === undefined) return null;
  return (
    <p className="where">
      <i className={data.problems.length === 0 ? "dot allowed" : "dot attention"} />
      <span>
        <Inert text={data.node} /> · {data.status}
        <span className="muted tenant">
          <Inert text={data.tenant} mono />
          <Copy text={data.tenant} what="the tenant" />
        </span>
      </span>
    </p>
  );
}
