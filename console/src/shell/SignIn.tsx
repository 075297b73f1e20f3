import { type FormEvent, type ReactNode, useId, useState } from "react";
import { keepSession, post } from "../api/client";
import type { SessionView, TokenMade } from "../api/types";
import { Id } from "../text/text";

/** A person's token, or the bootstrap token of the first start, which is exchanged for one first. */
export function SignIn({ enter }: { readonly enter: () => void }): ReactNode {
  const [token, setToken] = useState("");
  const [person, setPerson] = useState("");
  const [made, setMade] = useState<TokenMade | undefined>(undefined);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const field = useId();
  const name = useId();
  const first = token.trim().startsWith("reinboot_");

  const signIn = async (with_: string) => {
    keepSession(await post<SessionView>("/v1/session", { token: with_ }));
    enter();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      if (made !== undefined) await signIn(made.token);
      else if (first) {
        setMade(
          await post<TokenMade>("/v1/tokens/exchange", {
            person: person.trim(),
            roles: [],
            bootstrap: token.trim(),
          }),
        );
      } else await signIn(token.trim());
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
    }
    setBusy(false);
  };

  return (
    <main className="sign-in" id="main">
      <form onSubmit={submit}>
        <h1>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 12.5V5.6A2.1 2.1 0 0 1 6.1 3.5h2.3a2.6 2.6 0 0 1 .6 5.1H4m4.2 0 3.3 3.9" />
          </svg>
          Rein
        </h1>
        {made === undefined ? (
          <>
            <p className="sentence">See what agents do, and stop them.</p>
            <label htmlFor={field}>Token</label>
            <input
              id={field}
              type="password"
              className="mono"
              autoComplete="off"
              required
              value={token}
              onChange={(event) => setToken(event.target.value)}
              aria-describedby={`${field}-help`}
            />
            {first && (
              <>
                <label htmlFor={name}>Your name</label>
                <input
                  id={name}
                  autoComplete="username"
                  required
                  value={person}
                  onChange={(event) => setPerson(event.target.value)}
                />
              </>
            )}
            <p id={`${field}-help`} className="hint">
              {first
                ? "This is the bootstrap token of the first start: it makes you the first operator, once."
                : "On this machine: rein token create --person NAME --role operator"}
            </p>
          </>
        ) : (
          <>
            <p className="sentence">This is your token. Keep it: it is shown this once.</p>
            <p className="token">
              <Id text={made.token} what="the token" />
            </p>
          </>
        )}
        {problem !== "" && (
          <p className="error" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" className="primary" disabled={busy}>
          {made !== undefined ? "I keep it; sign in" : first ? "Exchange" : "Sign in"}
        </button>
      </form>
    </main>
  );
}
