"""Fit and predict in a process of their own: niced, spawned, without access to the project.

Commands, answers and progress are JSON lines through pipes; texts, arrays and model parts lie in shared memory.
The child is ``training.process.worker_child``.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

import numpy as np
from numpy.typing import NDArray

from annotate.errors import UserError
from annotate.jobs import CancelledError, Progress, silent
from annotate.lexicon import Vocabulary
from annotate.messages import N_
from training.clusters_fit import Groups
from training.coding.chunk import Chunk, CodedChunk, Plan, put_plan, take_coded
from training.learner import model_file
from training.learner.classifier import Model, Predictions
from training.learner.hints import NONE as NO_HINTS
from training.learner.hints import Hints
from training.learner.sentiment import SentimentModel, SentimentPredictions
from training.loop.asking import Ask, Asked, Corpus, put_ask, take_asked
from training.process import blocks
from training.process.blocks import Json, Named

_TICK = 0.2
_PATIENCE = 15.0
"""Seconds that a child may take to stop at a safe point before it is ended."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class WorkerFault(RuntimeError):
    """The child met a bug of ours; the text names the type of the fault and the places in the code, nothing more."""


class Worker:
    """The parent's side. Starts the child at the first call and again after it died; one call at a time.

    Each method does what the function of the same name does, in the child. Raises UserError ``worker-died`` where the
    child ends on its own, and whatever the function raises. A CancelledError raised by ``progress`` stops the child's
    work. Use as a context manager, or call ``close``.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[Json | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._number = 0
        self._held: dict[str, Model | SentimentModel | Plan | Corpus] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Return the child's process number, None where none runs."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    def close(self) -> None:
        """End the child: ask, then end it. Does nothing where none runs."""
        self._end(patience=2.0)

    def fit(
        self,
        texts: Sequence[str],
        labels: NDArray[np.int8],
        *,
        parents: NDArray[np.int64],
        groups: NDArray[np.int64],
        seed: int,
        single: bool = False,
        exclusive: NDArray[np.bool_] | None = None,
        random_rows: NDArray[np.bool_] | None = None,
        corpus: Sequence[str] = (),
        hints: Hints = NO_HINTS,
        progress: Progress = silent,
    ) -> Model:
        """Fit as ``classifier.fit``."""
        arrays: Named = {**blocks.put_texts(texts), "labels": labels, "parents": parents, "groups": groups}
        arrays |= {f"corpus:{name}": array for name, array in blocks.put_texts(corpus).items()}
        arrays |= {f"hints:{name}": array for name, array in blocks.put_texts(hints.texts).items()}
        arrays["hints:columns"] = hints.columns
        if exclusive is not None:
            arrays["exclusive"] = exclusive
        if random_rows is not None:
            arrays["random_rows"] = random_rows
        back = self._call("fit", {"seed": seed, "single": single}, arrays, progress)
        own = Predictions(
            cast(NDArray[np.float32], back["probability"]), cast(NDArray[np.bool_], back["accepted"]),
            ranked=cast(NDArray[np.float32], back["ranked"]),
        )  # fmt: skip
        return replace(model_file.from_parts(blocks.take_parts(back)), out_of_sample=own)

    def predict(self, model: Model, texts: Sequence[str], *, progress: Progress = silent) -> Predictions:
        """Predict as ``Model.predict``; the model is sent once."""
        arrays = {**blocks.put_texts(texts), **self._unless_held("predict", model)}
        back = self._call("predict", {}, arrays, progress)
        return Predictions(
            cast(NDArray[np.float32], back["probability"]), cast(NDArray[np.bool_], back["accepted"]),
            cast(NDArray[np.float32], back["covered"]), cast(NDArray[np.float32], back["none"]),
        )  # fmt: skip

    def fit_sentiment(
        self,
        texts: Sequence[str],
        codes: NDArray[np.int64],
        directions: NDArray[np.int8],
        sentiments: NDArray[np.int8],
        *,
        columns: int,
        groups: NDArray[np.int64],
        seed: int,
        random_rows: NDArray[np.bool_] | None = None,
        channels: NDArray[np.int8] | None = None,
        progress: Progress = silent,
    ) -> SentimentModel:
        """Fit as ``sentiment.fit_sentiment``."""
        arrays: Named = {**blocks.put_texts(texts), "codes": codes, "directions": directions}
        arrays |= {"sentiments": sentiments, "groups": groups}
        if random_rows is not None:
            arrays["random_rows"] = random_rows
        if channels is not None:
            arrays["channels"] = channels
        back = self._call("fit_sentiment", {"seed": seed, "columns": columns}, arrays, progress)
        return replace(model_file.sentiment_from_parts(blocks.take_parts(back)), out_of_sample=_sentiments(back))

    def predict_sentiment(
        self,
        model: SentimentModel,
        texts: Sequence[str],
        codes: NDArray[np.int64],
        directions: NDArray[np.int8],
        *,
        channels: NDArray[np.int8] | None = None,
        progress: Progress = silent,
    ) -> SentimentPredictions:
        """Predict as ``SentimentModel.predict``; the model is sent once."""
        arrays: Named = {**blocks.put_texts(texts), "codes": codes, "directions": directions}
        if channels is not None:
            arrays["channels"] = channels
        arrays |= self._unless_held("predict_sentiment", model)
        return _sentiments(self._call("predict_sentiment", {}, arrays, progress))

    def code_chunk(self, plan: Plan, chunk: Chunk, *, progress: Progress = silent) -> CodedChunk:
        """Read and code a chunk as ``coding_chunk.code_chunk``; the plan is sent once."""
        self._start()
        params: Json = {"chunk": [chunk.question, chunk.direction, chunk.wave, chunk.low, chunk.high]}
        arrays: Named = {}
        if self._held.get("code_chunk") is not plan:
            self._held["code_chunk"] = plan
            params["plan"], arrays = put_plan(plan)
        return take_coded(self._call("code_chunk", params, arrays, progress))

    @property
    def corpus(self) -> Corpus | None:
        """Return the corpus that the running child chose from last."""
        held = self._held.get("ask") if self.pid is not None else None
        return held if isinstance(held, Corpus) else None

    def ask(self, asked: Ask, corpus: Corpus, *, progress: Progress = silent) -> Asked:
        """Choose as ``asking.Desk.ask``; the corpus is sent once."""
        self._start()
        fresh = self._held.get("ask") is not corpus
        self._held["ask"] = corpus
        return take_asked(self._call("ask", *put_ask(asked, corpus if fresh else None), progress))

    def group_texts(
        self,
        texts: Sequence[str],
        counts: NDArray[np.int64],
        vocabulary: Vocabulary,
        *,
        groups: int | None = None,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Groups:
        """Group as ``clusters_fit.group_texts``."""
        entries = [[one.kind.value, one.term, one.target] for one in vocabulary.entries]
        params: Json = {"groups": groups, "seed": seed, "entries": entries}
        back = self._call("group_texts", params, {**blocks.put_texts(texts), "counts": counts}, progress)
        phrases = [tuple(json.loads(one)) for one in blocks.take_texts(back)]
        return Groups(
            cast(NDArray[np.int64], back["owners"]), cast(NDArray[np.float32], back["closeness"]), tuple(phrases)
        )

    def _unless_held(self, command: str, model: Model | SentimentModel) -> Named:
        """Return the parts of a model that the running child does not hold from the last call."""
        self._start()
        if self._held.get(command) is model:
            return {}
        self._held[command] = model
        parts = model_file.to_parts(model) if isinstance(model, Model) else model_file.sentiment_to_parts(model)
        return blocks.put_parts(parts)

    def _call(self, command: str, params: Json, arrays: Named, progress: Progress) -> Named:
        with self._lock:
            self._start()
            self._number += 1
            block, table = blocks.write(arrays)
            try:
                self._send({"id": self._number, "command": command, "params": params, "block": table})
                return self._result(self._number, progress)
            except BaseException:  # whatever it was, the child must not go on with a call nobody waits for
                self._held.clear()  # whether a new model arrived is not known
                raise
            finally:
                blocks.discard(block)

    def _result(self, number: int, progress: Progress) -> Named:
        come: tuple[int, int | None] = (0, None)
        while True:
            try:
                answer = self._next(number, _TICK)
                if answer is not None and "progress" in answer:
                    done, total = cast(list[int | None], answer["progress"])
                    come = (done or 0, total)
                if answer is None or "progress" in answer:
                    progress(*come)  # in long silences too: a person may want to stop
                    continue
            except BaseException:  # likewise: a cancel or a fault ends the call in the child too
                self._stop_work(number)
                raise
            return self._take(answer)

    def _take(self, answer: Json) -> Named:
        """Return the arrays of a last answer, or raise what it tells."""
        if "error" in answer:
            error = cast(dict[str, str], answer["error"])
            raise UserError(error["id"], error["what"], error["why"], error["advice"], **cast(Json, answer["params"]))
        if "cancelled" in answer:
            raise CancelledError
        if "failed" in answer:
            raise WorkerFault(cast(str, answer["failed"]))
        try:
            arrays = blocks.read(cast(Json, answer["block"]))
        except FileNotFoundError as error:  # killed with its answer still in its hands
            raise self._died() from error
        self._send({"release": answer["id"]})
        return arrays

    def _next(self, number: int, seconds: float) -> Json | None:
        """Return the next answer to a call, None after so many seconds. Raises UserError where the child is gone."""
        try:
            answer = self._answers.get(timeout=seconds)
        except queue.Empty:
            return None
        if answer is None:
            raise self._died()
        return answer if answer.get("id") == number else None

    def _stop_work(self, number: int) -> None:
        """Ask the child to leave its work, and end it where it does not come to a safe point."""
        try:
            self._send({"cancel": number})
            until = time.monotonic() + _PATIENCE
            while time.monotonic() < until:
                answer = self._next(number, _TICK)
                if answer is not None and "block" in answer:
                    self._send({"release": number})
                if answer is not None and "progress" not in answer:
                    return
        except UserError:
            return
        self._end(patience=0)

    def _died(self) -> UserError:
        self._end(patience=0)
        return UserError(
            "worker-died",
            N_("The training process ended unexpectedly."),
            N_("The system may have stopped it because memory ran out."),
            N_("Nothing was changed. Close other programs and try again."),
        )

    def _send(self, message: Json) -> None:
        pipe = self._child.stdin if self._child is not None else None
        try:
            if pipe is None:
                raise BrokenPipeError
            pipe.write(json.dumps(message).encode() + b"\n")
            pipe.flush()
        except OSError as error:
            raise self._died() from error

    def _start(self) -> None:
        if self._child is not None and self._child.poll() is None:
            return
        self._end(patience=0)
        root = str(Path(__file__).resolve().parents[2])
        environment = dict(os.environ, **dict.fromkeys(_THREADS, "1"))
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        quiet = 0
        if sys.platform == "win32":
            quiet = subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
        self._answers = queue.SimpleQueue()
        self._child = subprocess.Popen(
            # -P: a file in the folder of the person's work must not stand in for a module of ours.
            [sys.executable, "-P", "-m", "training.process.worker_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            creationflags=quiet,
        )
        assert self._child.stdout is not None
        threading.Thread(target=_listen, args=(self._child.stdout, self._answers), daemon=True).start()

    def _end(self, patience: float) -> None:
        child, self._child = self._child, None
        self._held.clear()
        if child is None:
            return
        if child.stdin is not None:
            with contextlib.suppress(OSError):
                child.stdin.close()  # the child leaves at the end of its input
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _listen(pipe: IO[bytes], answers: queue.SimpleQueue[Json | None]) -> None:
    """Put every line of the child into the queue, and None at its end."""
    with pipe:
        for line in pipe:
            answers.put(json.loads(line))
    answers.put(None)


def _sentiments(back: Named) -> SentimentPredictions:
    return SentimentPredictions(
        cast(NDArray[np.int8], back["sentiment"]), cast(NDArray[np.float32], back["confidence"])
    )
