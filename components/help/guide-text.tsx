import type { Token, Tokens } from "marked";
import { Fragment, type ReactNode } from "react";
import { TextLink } from "@/components/ui/text-link";
import { PICTURE } from "@/lib/guides/guides";
import { guideLink, pictureAddress } from "@/lib/guides/parse-guide";
import { paths } from "@/lib/paths";

/** The tokens of a guide as elements. HTML has no way through: what is no known token is shown as the text that it is. */
export function GuideText({ tokens }: { tokens: readonly Token[] }): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: tokens never change their places, they come from a file
  return tokens.map((token, index) => <One key={`${index}:${token.raw.slice(0, 24)}`} token={token} />);
}

function One({ token }: { token: Token }): ReactNode {
  switch (token.type) {
    case "paragraph":
      return (
        <p>
          <Inner token={token} />
        </p>
      );
    case "heading":
      return (
        <h4 className="font-semibold">
          <Inner token={token} />
        </h4>
      );
    case "list":
      return <ListOf token={token as Tokens.List} />;
    case "table":
      return <TableOf token={token as Tokens.Table} />;
    case "code":
      return <Code text={token.text} />;
    case "blockquote":
      return (
        <div className="grid gap-2 rounded-lg bg-info-soft p-3 text-text-2">
          <Inner token={token} />
        </div>
      );
    case "text":
      return token.tokens ? <Inner token={token} /> : token.text;
    case "strong":
      return (
        <strong className="font-semibold text-text">
          <Inner token={token} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Inner token={token} />
        </em>
      );
    case "codespan":
      return <code className="wrap-anywhere rounded-sm bg-hover px-1 text-text">{token.text}</code>;
    case "br":
      return <br />;
    case "space":
      return null;
    case "link":
      return (
        <LinkTo href={token.href}>
          <Inner token={token} />
        </LinkTo>
      );
    case "image":
      return <Picture token={token as Tokens.Image} />;
    default:
      return token.raw;
  }
}

function Inner({ token }: { token: Token }) {
  return <GuideText tokens={"tokens" in token && token.tokens ? token.tokens : []} />;
}

function ListOf({ token: { ordered, items } }: { token: Tokens.List }) {
  const entries = items.map((item) => (
    <li key={item.raw}>
      <GuideText tokens={item.tokens} />
    </li>
  ));
  return ordered ? (
    <ol className="grid list-decimal gap-1.5 pl-6 marker:text-text-3">{entries}</ol>
  ) : (
    <ul className="grid list-disc gap-1.5 pl-5 marker:text-text-3">{entries}</ul>
  );
}

function TableOf({ token: { header, rows } }: { token: Tokens.Table }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <div className="overflow-x-auto rounded-lg border border-line bg-surface" tabIndex={0}>
      <table className="w-full text-left">
        <thead>
          <tr className="border-line border-b">
            {header.map((cell) => (
              <th key={cell.text} scope="col" className="px-3 py-2 font-medium text-sm text-text-2">
                <GuideText tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row) => (
            <tr key={row.map(({ text }) => text).join()} className="align-top">
              {row.map((cell, column) => (
                <td key={`${header[column]?.text}${cell.text}`} className="px-3 py-2">
                  <GuideText tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Code({ text }: { text: string }) {
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-lg border border-line bg-surface p-3 text-sm leading-normal print:whitespace-pre-wrap"
    >
      <code className="text-[length:inherit]">{text}</code>
    </pre>
  );
}

function LinkTo({ href, children }: { href: string; children: ReactNode }) {
  const ours = guideLink(href);
  if (ours) return <TextLink href={paths.help(ours.guide, ours.heading)}>{children}</TextLink>;
  if (!/^https:\/\//.test(href)) return <Fragment>{children}</Fragment>;
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer"
      className="rounded-sm text-accent-text underline decoration-current/40 underline-offset-3 hover:decoration-current"
    >
      {children}
    </a>
  );
}

function Picture({ token: { href, text } }: { token: Tokens.Image }) {
  return (
    // biome-ignore lint/performance/noImgElement: made small already; the image component would only add a script
    <img
      src={pictureAddress(href)}
      alt={text}
      {...PICTURE}
      loading="lazy"
      decoding="async"
      className="h-auto w-full rounded-lg border border-line"
    />
  );
}
