"""The table of all actions: what can be done, by which keys, where. Menus, palette and key sheet are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.messages import N_
from ui.pages.registry import PAGES

GLOBAL, GRID = "global", "grid"
INSIDE = {GRID: "label"}
"""The grid of answers lies on the Label page: keys of both work there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One action. ``where``: GLOBAL keys work everywhere; GRID keys while the grid of answers has the focus; the id of
    a page: while the focus is on that page and not in a field that takes text."""

    id: str
    text: str
    keys: tuple[str, ...] = ()
    group: str = ""
    where: str = GLOBAL
    icon: str = ""


FILE, EDIT, VIEW, HELP = N_("File"), N_("Edit"), N_("View"), N_("Help")
MOVE, CODE, ANSWER, MODES = N_("Moving and ticking"), N_("Giving codes"), N_("Finishing an answer"), N_("Which answers")
FRAME_KEYS = N_("The code frame")
READ = N_("The answer at hand")
CLUSTERS, RULE_KEYS = N_("Clusters of answers"), N_("Rules")
BRAND_KEYS, LEXICON_KEYS = N_("Brands"), N_("Lexicon")
UNDERSTAND_KEYS, REPORT_KEYS = N_("Figures and voices"), N_("The report")
TRAIN_CODES, TRAIN_QUEUE, TRAIN_MODELS = N_("The code at hand"), N_("Doubts and samples"), N_("Models")

EVERYWHERE = (
    Entry("new", N_("New project…"), ("Ctrl+N",), FILE, icon="add"),
    Entry("new_locked", N_("New project with a passphrase…"), (), FILE),
    Entry("open", N_("Open project…"), ("Ctrl+O",), FILE, icon="open"),
    Entry("import", N_("Import answers…"), ("Ctrl+I",), FILE, icon="import"),
    Entry("import_frame", N_("Import code frame…"), (), FILE),
    Entry("merge_copy", N_("Merge another copy…"), (), FILE),
    Entry("backups", N_("Backups…"), (), FILE),
    Entry("restore", N_("Restore from a backup…"), (), FILE),
    Entry("close", N_("Close project"), ("Ctrl+W",), FILE),
    Entry("quit", N_("Quit"), ("Ctrl+Q",), FILE),
    Entry("undo", N_("Undo"), ("Ctrl+Z",), EDIT, icon="undo"),
    Entry("redo", N_("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), EDIT, icon="redo"),
    Entry("history", N_("History"), ("Ctrl+H",), EDIT, icon="history"),
    Entry("search", N_("Search answers"), ("Ctrl+F",), EDIT, icon="search"),
    Entry("train_itself", N_("Models train themselves: on / off"), (), EDIT),
    Entry("language", N_("Language: 中文 / English"), ("Ctrl+Shift+L",), VIEW),
    Entry("scheme", N_("Light / dark"), ("Ctrl+Shift+D",), VIEW),
    Entry("larger", N_("Larger text"), ("Ctrl++", "Ctrl+="), VIEW),
    Entry("smaller", N_("Smaller text"), ("Ctrl+-",), VIEW),
    Entry("page_next", N_("Next page"), ("Ctrl+PgDown",), VIEW),
    Entry("page_previous", N_("Previous page"), ("Ctrl+PgUp",), VIEW),
    *(Entry(f"page_{one.id}", one.name, (), VIEW) for one in PAGES),
    Entry("palette", N_("Command palette"), ("Ctrl+Shift+P",), HELP),
    Entry("guide", N_("User guide"), ("F1",), HELP),
    Entry("keys", N_("Keys"), ("Shift+F1",), HELP, icon="keys"),
)

LABEL = (
    Entry("key_sheet", N_("Keys"), ("?",), "", GRID),
    Entry("down", N_("Next answer"), ("J", "Down"), MOVE, GRID),
    Entry("up", N_("Previous answer"), ("K", "Up"), MOVE, GRID),
    Entry("tick", N_("Tick the answer"), ("Space",), MOVE, GRID),
    Entry("tick_down", N_("Tick and go down"), ("Shift+J", "Shift+Down"), MOVE, GRID),
    Entry("tick_up", N_("Tick and go up"), ("Shift+K", "Shift+Up"), MOVE, GRID),
    Entry("tick_all", N_("Tick all answers shown"), ("Ctrl+A",), MOVE, GRID),
    Entry("open_group", N_("Open a group of identical answers"), ("Tab",), MOVE, GRID),
    Entry("escape", N_("Drop the typed number, the ticks, the group"), ("Esc",), MOVE, GRID),
    Entry("picker", N_("Choose a code by name or pinyin initials"), ("/",), CODE, GRID),
    Entry("negative", N_("Last mention is negative"), ("-",), CODE, GRID),
    Entry("neutral", N_("Last mention is neutral"), ("=",), CODE, GRID),
    Entry("positive", N_("Last mention is positive"), ("+",), CODE, GRID),
    Entry("none", N_("Code “none”"), ("N",), CODE, GRID),
    Entry("other", N_("Code “other”"), ("O",), CODE, GRID),
    Entry("repeat", N_("Repeat the last codes"), ("R",), CODE, GRID),
    Entry("next_chip", N_("Next code of the answer: - = + mean it"), ("C",), CODE, GRID),
    Entry("take_off", N_("Take the chosen code off; reject the chosen suggestion"), ("Del",), CODE, GRID),
    Entry("next_clause", N_("Next clause: its words carry the next code"), ("V",), CODE, GRID),
    Entry("accept", N_("Take the solid suggestions, confirm, go on"), ("A",), ANSWER, GRID),
    Entry("reject", N_("Reject the suggestions"), ("X",), ANSWER, GRID),
    Entry("confirm", N_("Confirm (all other codes are no) and go on"), ("Return", "Enter"), ANSWER, GRID),
    Entry("skip", N_("Skip"), ("S",), ANSWER, GRID),
    Entry("accept_rest", N_("Take the code on all the rest of this list"), ("Ctrl+Return", "Ctrl+Enter"), ANSWER, GRID),
    Entry("flag", N_("Flag"), ("F",), READ, GRID),
    Entry("memo", N_("Memo"), ("M",), READ, GRID),
    Entry("definition", N_("Definition of the code at hand"), ("D",), READ, GRID),
    Entry("explain", N_("Why these suggestions: words and nearest coded answers"), ("E",), READ, GRID),
    Entry("tick_near", N_("Tick the answers that say nearly the same"), ("G",), MOVE, GRID),
    Entry("opposite", N_("Go to an answer that says the opposite"), ("Shift+G",), MOVE, GRID),
    *(Entry(f"take_{n}", N_("Take the nth suggestion"), (f"Ctrl+{n}",), "", GRID) for n in range(1, 10)),
    Entry("mode_all", N_("All answers"), ("Alt+1",), MODES, "label"),
    Entry("mode_shuffle", N_("Shuffle"), ("Alt+2",), MODES, "label"),
    Entry("mode_unsure", N_("Unsure"), ("Alt+3",), MODES, "label"),
    Entry("mode_uncovered", N_("Uncovered"), ("Alt+4",), MODES, "label"),
    Entry("mode_likely", N_("Likely for this code"), ("Alt+5",), MODES, "label"),
    Entry("mode_wrong", N_("Possibly wrong"), ("Alt+6",), MODES, "label"),
    Entry("mode_recheck", N_("Re-check"), ("Alt+7",), MODES, "label"),
    Entry("mode_audit", N_("Audit sample"), ("Alt+8",), MODES, "label"),
    Entry("mode_next", N_("Recommended"), ("Alt+9",), MODES, "label"),
    Entry("filter", N_("Add a filter"), ("Ctrl+Shift+F",), MODES, "label"),
    Entry("columns", N_("Choose columns"), (), MODES, "label"),
    Entry("deadline", N_("Plan to a deadline"), ("Alt+P",), MODES, "label"),
)

TRAIN = (
    Entry("train_next", N_("Next code"), ("J", "Down"), TRAIN_CODES, "train"),
    Entry("train_previous", N_("Previous code"), ("K", "Up"), TRAIN_CODES, "train"),
    Entry("train_answers", N_("Answers with the code"), ("Return", "Enter"), TRAIN_CODES, "train"),
    Entry("train_definition", N_("Definition of the code"), ("D",), TRAIN_CODES, "train"),
    Entry("train_threshold", N_("Threshold of the code"), ("T",), TRAIN_CODES, "train"),
    Entry("train_save", N_("Keep the threshold"), ("Ctrl+S",), TRAIN_CODES, "train"),
    Entry("train_confusion", N_("What the code is mixed up with"), ("C",), TRAIN_CODES, "train"),
    Entry("train_words", N_("Words that tip the code"), ("E",), TRAIN_CODES, "train"),
    Entry("train_step", N_("Take the next step"), ("Ctrl+Return", "Ctrl+Enter"), TRAIN_QUEUE, "train"),
    Entry("train_review", N_("Code the random answers that are owed"), ("G",), TRAIN_QUEUE, "train"),
    Entry("train_queue", N_("Doubts, or answers to take over"), ("V",), TRAIN_QUEUE, "train"),
    Entry("train_accept", N_("Right; of a doubt: what the machine says"), ("A",), TRAIN_QUEUE, "train"),
    Entry("train_reject", N_("Wrong; of a doubt: keep what people say"), ("X",), TRAIN_QUEUE, "train"),
    Entry("train_both", N_("Of a doubt: both"), ("B",), TRAIN_QUEUE, "train"),
    Entry("train_pin", N_("This answer must hold"), ("W",), TRAIN_QUEUE, "train"),
    Entry("train_train", N_("Train a model"), ("Ctrl+T",), TRAIN_MODELS, "train"),
    Entry("train_flips", N_("What the model would change"), ("Shift+C",), TRAIN_MODELS, "train"),
    Entry("train_use", N_("Use the model"), ("P",), TRAIN_MODELS, "train"),
)

RULES = (
    Entry("rules_new", N_("New rule"), ("N",), RULE_KEYS, "rules"),
    Entry("rules_edit", N_("Change the rule"), ("Return", "Enter"), RULE_KEYS, "rules"),
    Entry("rules_apply", N_("Apply the rule"), ("A",), RULE_KEYS, "rules"),
    Entry("rules_switch", N_("Switch the rule on or off"), ("O",), RULE_KEYS, "rules"),
    Entry("rules_remove", N_("Remove the rule"), ("Del",), RULE_KEYS, "rules"),
    Entry("rules_see", N_("Answers that the rule hits"), ("G",), RULE_KEYS, "rules"),
)

BRANDS = (
    Entry("brands_accept", N_("Put the name onto the list"), ("A",), BRAND_KEYS, "brands"),
    Entry("brands_alias", N_("The name means a code of the list"), ("/",), BRAND_KEYS, "brands"),
    Entry("brands_ignore", N_("The name is no brand"), ("X",), BRAND_KEYS, "brands"),
    Entry("brands_see", N_("Answers with the name"), ("G",), BRAND_KEYS, "brands"),
    Entry("brands_code", N_("Code all answers back to the list"), ("Ctrl+Return", "Ctrl+Enter"), BRAND_KEYS, "brands"),
)

LEXICON = (
    Entry("lexicon_accept", N_("Teach the candidate"), ("A",), LEXICON_KEYS, "lexicon"),
    Entry("lexicon_synonym", N_("The candidate is a synonym"), ("/",), LEXICON_KEYS, "lexicon"),
    Entry("lexicon_ignore", N_("Never show the candidate as a theme"), ("X",), LEXICON_KEYS, "lexicon"),
    Entry("lexicon_find", N_("Look for candidates"), ("Ctrl+G",), LEXICON_KEYS, "lexicon"),
    Entry("lexicon_new", N_("New term"), ("N",), LEXICON_KEYS, "lexicon"),
    Entry("lexicon_forget", N_("Take the term out"), ("Del",), LEXICON_KEYS, "lexicon"),
)

SUGGEST = (
    Entry("suggest_next", N_("Next cluster"), ("J", "Right"), CLUSTERS, "suggest"),
    Entry("suggest_previous", N_("Previous cluster"), ("K", "Left"), CLUSTERS, "suggest"),
    Entry("suggest_select", N_("Select the cluster"), ("Space",), CLUSTERS, "suggest"),
    Entry("suggest_name", N_("Name a new code for the selected clusters"), ("Return", "Enter"), CLUSTERS, "suggest"),
    Entry("suggest_feed", N_("Give the selected clusters to a code"), ("/",), CLUSTERS, "suggest"),
    Entry("suggest_dismiss", N_("The selected clusters are no themes"), ("X",), CLUSTERS, "suggest"),
    Entry("suggest_see", N_("Answers of the selected clusters"), ("G",), CLUSTERS, "suggest"),
    Entry("suggest_group", N_("Group the uncoded answers"), ("Ctrl+G",), CLUSTERS, "suggest"),
)

INSIGHTS = (
    Entry("insights_macro", N_("Macro: how is it"), ("1",), UNDERSTAND_KEYS, "insights"),
    Entry("insights_meso", N_("Meso: where"), ("2",), UNDERSTAND_KEYS, "insights"),
    Entry("insights_micro", N_("Micro: why"), ("3",), UNDERSTAND_KEYS, "insights"),
    Entry("insights_segment", N_("Break down by the next column"), ("G",), UNDERSTAND_KEYS, "insights"),
    Entry("insights_filter", N_("Filter the figures"), ("Ctrl+Shift+F",), UNDERSTAND_KEYS, "insights"),
    Entry("insights_use", N_("Use the quote in the report"), ("Q",), UNDERSTAND_KEYS, "insights"),
    Entry("insights_ban", N_("Do not use the quote"), ("B",), UNDERSTAND_KEYS, "insights"),
    Entry("insights_basket", N_("Put the chart into the report basket"), ("P",), UNDERSTAND_KEYS, "insights"),
    Entry("insights_copy", N_("Copy the chart as a picture"), ("Ctrl+C",), UNDERSTAND_KEYS, "insights"),
    Entry("insights_copy_table", N_("Copy the chart as a table"), ("Ctrl+Shift+C",), UNDERSTAND_KEYS, "insights"),
    Entry("insights_all", N_("All these answers on the Label page"), ("Shift+Return",), UNDERSTAND_KEYS, "insights"),
)

FRAME = (
    Entry("frame_rename", N_("Rename"), ("F2",), FRAME_KEYS, "frame"),
    Entry("frame_new", N_("New code"), ("Ins",), FRAME_KEYS, "frame"),
    Entry("frame_new_net", N_("New net"), ("Shift+Ins",), FRAME_KEYS, "frame"),
    Entry("frame_up", N_("Move up"), ("Alt+Up",), FRAME_KEYS, "frame"),
    Entry("frame_down", N_("Move down"), ("Alt+Down",), FRAME_KEYS, "frame"),
    Entry("frame_out", N_("Move out of the net"), ("Alt+Left",), FRAME_KEYS, "frame"),
    Entry("frame_in", N_("Move into the net above"), ("Alt+Right",), FRAME_KEYS, "frame"),
    Entry("frame_move", N_("Move to a net…"), ("F6",), FRAME_KEYS, "frame"),
    Entry("frame_split", N_("Split…"), ("F7",), FRAME_KEYS, "frame"),
    Entry("frame_merge", N_("Merge…"), ("F8",), FRAME_KEYS, "frame"),
    Entry("frame_retire", N_("Retire…"), ("Del",), FRAME_KEYS, "frame"),
    Entry("frame_renumber", N_("Renumber…"), ("F9",), FRAME_KEYS, "frame"),
    Entry("frame_sandbox", N_("Sandbox"), ("F10",), FRAME_KEYS, "frame"),
    Entry("frame_revisions", N_("Revisions"), ("F11",), FRAME_KEYS, "frame"),
    Entry("frame_recheck", N_("Look at the answers to re-check"), ("F12",), FRAME_KEYS, "frame"),
    Entry("frame_apply", N_("Make the change shown; save"), ("Ctrl+Return",), FRAME_KEYS, "frame"),
    Entry("frame_cancel", N_("Leave the change"), ("Esc",), FRAME_KEYS, "frame"),
)

REPORT = (
    Entry("report_preview", N_("Print the preview again"), ("Ctrl+R",), REPORT_KEYS, "report"),
    Entry("report_pdf", N_("Save the report as PDF"), ("Ctrl+S",), REPORT_KEYS, "report"),
    Entry("report_workbook", N_("Save the figures as a workbook"), (), REPORT_KEYS, "report"),
)

ENTRIES = (*EVERYWHERE, *FRAME, *LABEL, *TRAIN, *SUGGEST, *RULES, *BRANDS, *LEXICON, *INSIGHTS, *REPORT)
"""A page adds its own tuple here, ``where`` being the id of the page."""
BY_ID = {one.id: one for one in ENTRIES}


def shares_keys(one: str, other: str) -> bool:
    """Tell whether keys of two places would be heard in the same moment, so that one key cannot mean both."""
    return one == other or INSIDE.get(one) == other or INSIDE.get(other) == one
