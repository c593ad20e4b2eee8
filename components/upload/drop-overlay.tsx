/** Says over the whole window that it may be let go here. It takes no room: what moves under the pointer is not hit. */
export function DropOverlay({ text }: { text: string }) {
  return (
    <div className="pointer-events-none fixed inset-3 z-40 grid animate-fade-in place-items-center rounded-lg border-2 border-accent border-dashed bg-accent-soft/90 font-medium text-accent-text text-md">
      {text}
    </div>
  );
}
