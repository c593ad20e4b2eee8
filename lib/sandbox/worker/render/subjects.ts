import type { Subject } from "./scene";

/** Figures about 400 wide and high around the origin, feet at y = 200. `c` is the accent colour, `d` a darker one. */
export const SUBJECT_PAINTERS: Record<Subject, (c: string, d: string) => string> = {
  cat: (c, d) => `
    <path d="M110 190C220 190 220 60 170 40" fill="none" stroke="${c}" stroke-width="30" stroke-linecap="round"/>
    <ellipse cx="0" cy="110" rx="120" ry="98" fill="${c}"/><ellipse cx="0" cy="130" rx="64" ry="70" fill="#fff" opacity="0.35"/>
    <path d="M-92 -60L-78 -168L-14 -104ZM92 -60L78 -168L14 -104Z" fill="${c}"/>
    <path d="M-76 -84L-70 -140L-36 -104ZM76 -84L70 -140L36 -104Z" fill="#f0b7b0"/>
    <ellipse cx="0" cy="-44" rx="104" ry="86" fill="${c}"/>${eyes(40, -52, 21, 26, "#b9d86a")}
    <path d="M-10 -14h20l-10 12z" fill="#e58c8c"/><path d="M0 -2q-16 22 -34 8M0 -2q16 22 34 8" fill="none" stroke="${d}" stroke-width="5" stroke-linecap="round"/>
    <path d="M-46 -4l-92 -14M-46 6l-92 12M46 -4l92 -14M46 6l92 12" stroke="#fff" stroke-width="4" opacity="0.8"/>
    <ellipse cx="-46" cy="194" rx="34" ry="18" fill="${c}"/><ellipse cx="46" cy="194" rx="34" ry="18" fill="${c}"/>`,
  dog: (c, d) => `
    <path d="M110 110q80 -20 70 -80" fill="none" stroke="${c}" stroke-width="30" stroke-linecap="round"/>
    <ellipse cx="0" cy="110" rx="118" ry="100" fill="${c}"/><ellipse cx="0" cy="132" rx="60" ry="66" fill="#fff" opacity="0.5"/>
    <ellipse cx="0" cy="-48" rx="98" ry="92" fill="${c}"/>
    <ellipse cx="-98" cy="-40" rx="34" ry="78" fill="${d}" transform="rotate(14 -98 -40)"/><ellipse cx="98" cy="-40" rx="34" ry="78" fill="${d}" transform="rotate(-14 98 -40)"/>
    <ellipse cx="0" cy="-8" rx="52" ry="42" fill="#fff" opacity="0.75"/>${eyes(38, -66, 15, 17, "#5a3b22")}
    <ellipse cx="0" cy="-24" rx="20" ry="14" fill="#222"/><path d="M-22 8q22 22 44 0" fill="none" stroke="#222" stroke-width="5"/><ellipse cx="0" cy="24" rx="13" ry="18" fill="#e77f86"/>
    <ellipse cx="-46" cy="194" rx="36" ry="18" fill="${c}"/><ellipse cx="46" cy="194" rx="36" ry="18" fill="${c}"/>`,
  panda: () => `
    <ellipse cx="0" cy="110" rx="126" ry="96" fill="#f4f2ec"/><ellipse cx="-108" cy="92" rx="38" ry="74" fill="#25262c"/><ellipse cx="108" cy="92" rx="38" ry="74" fill="#25262c"/>
    <circle cx="-86" cy="-122" r="38" fill="#25262c"/><circle cx="86" cy="-122" r="38" fill="#25262c"/><ellipse cx="0" cy="-48" rx="118" ry="100" fill="#f8f6f1"/>
    <ellipse cx="-46" cy="-52" rx="30" ry="38" fill="#25262c" transform="rotate(24 -46 -52)"/><ellipse cx="46" cy="-52" rx="30" ry="38" fill="#25262c" transform="rotate(-24 46 -52)"/>
    <circle cx="-42" cy="-56" r="9" fill="#fff"/><circle cx="42" cy="-56" r="9" fill="#fff"/><ellipse cx="0" cy="-10" rx="17" ry="11" fill="#25262c"/><path d="M-18 10q18 14 36 0" fill="none" stroke="#25262c" stroke-width="5"/>
    <ellipse cx="-60" cy="186" rx="46" ry="26" fill="#25262c"/><ellipse cx="60" cy="186" rx="46" ry="26" fill="#25262c"/>`,
  bird: (c, d) => `
    <path d="M60 40l150 60l-140 20z" fill="${d}"/><ellipse cx="0" cy="40" rx="118" ry="90" fill="${c}"/><ellipse cx="-20" cy="70" rx="72" ry="54" fill="#fff" opacity="0.4"/>
    <circle cx="-82" cy="-44" r="64" fill="${c}"/><path d="M-136 -56l-66 18l62 20z" fill="#f0a43a"/><circle cx="-98" cy="-58" r="12" fill="#1d1f26"/><circle cx="-101" cy="-62" r="4" fill="#fff"/>
    <path d="M-10 10q80 -60 130 30q-70 70 -130 -30z" fill="${d}"/><path d="M-24 126v70M20 126v70" stroke="#d98b2c" stroke-width="9"/>`,
  fish: (c, d) => `
    <path d="M120 40l110 -84v168z" fill="${d}"/><path d="M-30 -40q50 -90 110 -40z" fill="${d}"/><ellipse cx="0" cy="40" rx="168" ry="88" fill="${c}"/>
    <path d="M-70 -30q44 70 0 140" fill="none" stroke="${d}" stroke-width="8"/><path d="M0 0q30 40 0 80M46 6q26 34 0 68" fill="none" stroke="#fff" stroke-width="6" opacity="0.5"/>
    <circle cx="-112" cy="20" r="18" fill="#fff"/><circle cx="-115" cy="20" r="9" fill="#1d1f26"/>`,
  person: (c, d) => `
    <path d="M-170 210C-160 90 -70 70 0 70S160 90 170 210Z" fill="${c}"/><path d="M-96 -40C-120 -190 120 -190 96 -40C120 60 96 120 96 120H-96C-96 120 -120 60 -96 -40Z" fill="${d}"/>
    <rect x="-28" y="36" width="56" height="66" rx="22" fill="#e0ac8b"/><ellipse cx="0" cy="-34" rx="74" ry="94" fill="#f1c6a6"/>
    <path d="M-80 -50C-70 -150 70 -150 80 -50C50 -96 -20 -104 -80 -50Z" fill="${d}"/>${eyes(30, -32, 12, 9, "#3c5d7a")}
    <path d="M-46 -54q16 -10 30 -2M46 -54q-16 -10 -30 -2" fill="none" stroke="${d}" stroke-width="5"/><path d="M0 -26l-8 30h12" fill="none" stroke="#cf9676" stroke-width="4"/>
    <path d="M-22 24q22 18 44 0q-22 -8 -44 0z" fill="#c4575c"/><circle cx="-46" cy="4" r="15" fill="#f0918a" opacity="0.35"/><circle cx="46" cy="4" r="15" fill="#f0918a" opacity="0.35"/>`,
  robot: (c, d) => `
    <rect x="-104" y="34" width="208" height="150" rx="26" fill="${c}"/><rect x="-60" y="66" width="120" height="62" rx="12" fill="#20242e"/><path d="M-46 98h22l10 -20l14 40l12 -20h34" fill="none" stroke="#62e0c8" stroke-width="6"/>
    <rect x="-152" y="52" width="36" height="106" rx="18" fill="${d}"/><rect x="116" y="52" width="36" height="106" rx="18" fill="${d}"/><rect x="-20" y="8" width="40" height="30" fill="${d}"/>
    <rect x="-88" y="-122" width="176" height="136" rx="34" fill="${c}"/><rect x="-66" y="-90" width="132" height="64" rx="28" fill="#20242e"/><circle cx="-32" cy="-58" r="17" fill="#74f0da"/><circle cx="32" cy="-58" r="17" fill="#74f0da"/>
    <path d="M0 -122v-44" stroke="${d}" stroke-width="9"/><circle cx="0" cy="-174" r="15" fill="#f26a5b"/><path d="M-40 -6h80" stroke="${d}" stroke-width="8" stroke-linecap="round"/>
    <rect x="-76" y="180" width="50" height="26" rx="8" fill="${d}"/><rect x="26" y="180" width="50" height="26" rx="8" fill="${d}"/>`,
  astronaut: (c) => `
    <rect x="-126" y="30" width="252" height="140" rx="40" fill="#b9c0cd"/><path d="M-110 200C-120 70 -60 50 0 50S120 70 110 200Z" fill="#eef1f6"/><rect x="-54" y="104" width="108" height="56" rx="12" fill="#c4cbd8"/><circle cx="-26" cy="132" r="11" fill="${c}"/><circle cx="6" cy="132" r="11" fill="#f0b73f"/>
    <circle cx="0" cy="-50" r="114" fill="#f4f6fa"/><ellipse cx="0" cy="-44" rx="86" ry="74" fill="#18233f"/><path d="M-62 -68q40 -46 100 -28" fill="none" stroke="#9cc4f0" stroke-width="12" stroke-linecap="round"/>`,
  rocket: (c, d) => `
    <path d="M-34 130q34 120 68 0z" fill="#f7a531"/><path d="M-18 130q18 70 36 0z" fill="#fff0a8"/><path d="M-66 40l-64 100l70 -22zM66 40l64 100l-70 -22z" fill="${d}"/>
    <path d="M0 -210C90 -120 86 40 62 136H-62C-86 40 -90 -120 0 -210Z" fill="#eef0f4"/><path d="M0 -210C44 -166 66 -120 74 -70H-74C-66 -120 -44 -166 0 -210Z" fill="${c}"/><circle cx="0" cy="-10" r="36" fill="${d}"/><circle cx="0" cy="-10" r="26" fill="#8fd0f2"/>`,
  car: (c, d) => `
    <path d="M-220 150V96q0 -26 34 -34l56 -12L-74 -24q10 -14 32 -14H70q24 0 40 18l60 68l34 10q26 8 26 40v52z" fill="${c}"/><path d="M-94 44l36 -52q6 -8 18 -8h26v60zM8 -16h54q14 0 22 10l44 50H8z" fill="#bfe0f2"/>
    <circle cx="-126" cy="152" r="50" fill="#23252c"/><circle cx="-126" cy="152" r="22" fill="#b8bcc6"/><circle cx="132" cy="152" r="50" fill="#23252c"/><circle cx="132" cy="152" r="22" fill="#b8bcc6"/><rect x="204" y="88" width="26" height="20" rx="6" fill="#ffe9a3"/><rect x="-220" y="96" width="18" height="20" rx="4" fill="${d}"/>`,
  boat: (c, d) => `
    <path d="M-190 110H190L140 196H-140Z" fill="${d}"/><path d="M-190 110H190l-8 20H-180z" fill="#fff" opacity="0.4"/><path d="M0 110V-190" stroke="#5b4531" stroke-width="12"/><path d="M10 -180L150 90H10Z" fill="${c}"/><path d="M-10 -140L-120 90H-10Z" fill="#f5efe2"/>`,
  castle: (c, d) => `
    <rect x="-140" y="0" width="280" height="200" fill="${c}"/>${[-170, -30, 110].map((x, i) => tower(x, i === 1 ? -150 : -80, c, d)).join("")}
    <path d="M-140 0v-26h36v26h24v-26h36v26h24v-26h40v26h24v-26h36v26h24v-26h36v26z" fill="${c}"/><path d="M-36 200v-60q0 -42 36 -42t36 42v60z" fill="#3a2a22"/>`,
  house: (c, d) => `
    <rect x="-130" y="20" width="260" height="180" fill="#efe3cd"/><path d="M-170 30L0 -130L170 30Z" fill="${c}"/><rect x="70" y="-110" width="40" height="80" fill="${d}"/><rect x="-30" y="100" width="60" height="100" rx="6" fill="${d}"/>
    <rect x="-104" y="66" width="52" height="52" fill="#ffd977"/><rect x="54" y="66" width="52" height="52" fill="#ffd977"/><path d="M-78 66v52M-104 92h52M80 66v52M54 92h52" stroke="#8a6a45" stroke-width="5"/>`,
  tree: (c, d) => `
    <path d="M-26 204C-10 120 -16 60 -60 10L-40 -4C-14 24 -4 40 0 60C6 20 22 -6 50 -30L66 -16C28 30 14 110 30 204Z" fill="#6b4a33"/>
    ${[
      [-90, -30, 84],
      [90, -50, 88],
      [0, -120, 104],
      [-50, -90, 80],
      [56, -110, 76],
      [0, -30, 76],
    ]
      .map(([x, y, r], i) => `<circle cx="${x}" cy="${y}" r="${r}" fill="${i % 2 ? c : d}" opacity="0.92"/>`)
      .join("")}`,
  flower: (c, d) => `
    <path d="M0 0C20 90 -10 140 0 210" fill="none" stroke="#4f8a4c" stroke-width="16"/><path d="M0 130q80 -70 120 -10q-60 50 -120 10zM0 160q-80 -70 -120 -10q60 50 120 10z" fill="#5d9c55"/>
    ${Array.from({ length: 10 }, (_, i) => `<ellipse cx="0" cy="-138" rx="38" ry="88" fill="${i % 2 ? c : d}" transform="rotate(${i * 36} 0 -50)"/>`).join("")}<circle cx="0" cy="-50" r="50" fill="#f1c04a"/><circle cx="0" cy="-50" r="34" fill="#a9682a" opacity="0.7"/>`,
};

function eyes(x: number, y: number, rx: number, ry: number, iris: string): string {
  return [-x, x]
    .map(
      (cx) =>
        `<ellipse cx="${cx}" cy="${y}" rx="${rx}" ry="${ry}" fill="#fff"/><ellipse cx="${cx}" cy="${y}" rx="${rx * 0.72}" ry="${ry * 0.85}" fill="${iris}"/>` +
        `<ellipse cx="${cx}" cy="${y}" rx="${rx * 0.32}" ry="${ry * 0.7}" fill="#15171c"/><circle cx="${cx - rx * 0.2}" cy="${y - ry * 0.35}" r="${rx * 0.2}" fill="#fff"/>`,
    )
    .join("");
}

const tower = (x: number, top: number, c: string, d: string) =>
  `<rect x="${x}" y="${top}" width="60" height="${200 - top}" fill="${c}"/><rect x="${x}" y="${top}" width="60" height="${200 - top}" fill="#000" opacity="0.12"/><path d="M${x - 12} ${top}L${x + 30} ${top - 80}L${x + 72} ${top}Z" fill="${d}"/><rect x="${x + 20}" y="${top + 34}" width="20" height="32" rx="10" fill="#ffd977"/>`;
