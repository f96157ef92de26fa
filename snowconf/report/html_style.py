"""How the HTML report looks: on a wide screen, on a phone, in the dark, on paper. No colour carries a meaning alone."""

from snowconf.model.plan import Action

CSS = """
:root { --paper: #fff; --ink: #1b1f24; --soft: #57606a; --box: #f6f8fa; --edge: #d0d7de; --add: #1a7f37;
  --change: #8a6100; --remove: #b42318; --adopt: #0a5bb5; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --paper: #0f1419; --ink: #e6eaef; --soft: #9aa5b1; --box: #171d25;
  --edge: #313b47; --add: #4cc267; --change: #dcae35; --remove: #ff8177; --adopt: #6cb0ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.2rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 1.6rem 0 .5rem; }
p { margin: .3rem 0; overflow-wrap: anywhere; white-space: pre-line; }
code, pre, .sign { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .87em; }
code { unicode-bidi: isolate; overflow-wrap: anywhere; }
pre { margin: .2rem 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.soft { color: var(--soft); } .strong { font-weight: 600; }
.verdict { display: inline-block; padding: .1rem .6rem; border: 1.5px solid; border-radius: 1rem; font-weight: 600; }
.good, .create, .added { color: var(--add); } .changes, .update, .changed, .warning { color: var(--change); }
.bad, .delete, .removed, .error { color: var(--remove); } .adopt, .forget { color: var(--adopt); }
.change, .issue { border: 1px solid var(--edge); border-radius: .5rem; margin: .5rem 0; background: var(--box);
  color: var(--ink); }
summary { padding: .5rem .8rem; cursor: pointer; overflow-wrap: anywhere; }
summary > * { margin-right: .6rem; } summary .soft, summary .warning { font-size: .93em; }
summary .warning, .sign { white-space: nowrap; } .sign { font-weight: 600; }
.inside, .issue { padding: .3rem .8rem .7rem; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; } th { text-align: left; font-weight: 600; color: var(--soft); }
th, td { padding: .25rem .8rem .25rem 0; vertical-align: top; border-top: 1px solid var(--edge); }
th { width: 28%; } th:first-child { width: 24%; } th:last-child { width: 20%; }
nav { margin: .8rem 0 .2rem; } nav label { display: inline-block; border: 1px solid var(--edge); border-radius: 1rem;
  padding: .15rem .8rem; margin: 0 .3rem .4rem 0; cursor: pointer; }
.only { position: absolute; opacity: 0; }
img { max-width: 100%; height: auto; border: 1px solid var(--edge); border-radius: .5rem; }
.picture { overflow-x: auto; }
@media (max-width: 640px) { .picture img { max-width: none; width: 60rem; } body { padding: .8rem; } thead { display: none; } table, tbody, tr, td { display: block; }
  td { padding: .1rem 0; border: 0; } td:empty { display: none; } tr { padding: .4rem 0;
  border-top: 1px solid var(--edge); } td[data-is]::before { content: attr(data-is) " "; color: var(--soft); } }
@media print { :root { --paper: #fff; --ink: #000; --soft: #444; --box: #fff; --edge: #999; --add: #000; --change: #000;
  --remove: #000; --adopt: #000; } body { padding: 0; font-size: 11px; max-width: none; } nav { display: none; }
  .change, .issue { break-inside: avoid; } h2 { break-after: avoid; } details::details-content { content-visibility: visible; height: auto; } }
"""
# What the choice above the changes can show alone, besides all of them.
CHOICES = (*(each.value for each in Action if each is not Action.NO_OP), "hazard")


def style_sheet() -> str:
    """The whole of it: the looks, and which changes a chosen button leaves."""
    return CSS + "".join(_rule(each) for each in CHOICES) + _marked(("all", *CHOICES))


def _rule(choice: str) -> str:
    return f"#only-{choice}:checked ~ main .change:not(.is-{choice}) {{ display: none; }}\n"


def _marked(choices: tuple[str, ...]) -> str:
    """The chosen button is underlined, and has a frame when the keyboard is on it."""
    chosen = ", ".join(f"#only-{each}:checked ~ nav label[for=only-{each}]" for each in choices)
    focused = ", ".join(f"#only-{each}:focus-visible ~ nav label[for=only-{each}]" for each in choices)
    return f"{chosen} {{ text-decoration: underline; font-weight: 600; }}\n{focused} {{ outline: 2px solid var(--adopt); }}\n"
