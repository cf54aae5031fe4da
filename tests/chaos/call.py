# SPDX-License-Identifier: GPL-2.0-or-later
"""One call as both ends know it: the truth that the SBC is held against."""
import time

from chaos.fates import USER, Fate

MOODS = {"deaf": Fate("silent"), "hangs": Fate("silent"), "tries": Fate("trying"),
         **{code: Fate("refuse", code, tries=False) for code in (500, 503, 408)}}


class Call:
    """lot: what was drawn for it. routes: names of those that it may be given to."""

    def __init__(self, world, number, lot, caller, routes):
        self.world, self.number, self.lot = world, f"+4930{number:07}", lot
        self.caller, self.routes = caller, routes
        self.cancel, self.ending, self.both_vanish, self.hold = lot.cancel, lot.ending, lot.both_vanish, lot.hold
        self.later = lot.later
        self.reinvites, self.again, self.forked = lot.reinvites, lot.again, lot.forked if world.forks else ()
        self.cancelled = False
        self.start = self.end = self.code = None
        self.caller_life = caller.life
        self.said = set()  # codes that users refused it with
        self.silent_sdp = False  # somebody answered what must not pass
        self.came_to = []  # legs at those called, in order
        self._legs = []
        self.story = []
        self.faults = []

    # what happens ----------------------------------------------------------------------------------------------------
    def told(self, leg, text):
        self.story.append((time.monotonic(), leg.agent.name, text))

    def wrong(self, text):
        if not self.faults:
            self.world.faulty.append(self)
        self.faults.append(text)

    def began(self, leg):
        self.start = time.monotonic()
        self._legs.append(leg)

    def final(self, leg, code):
        self.end, self.code = time.monotonic(), code
        self.world.set_up(self)

    def reached(self, leg):
        """Returns the fate that the call has there."""
        agent, mood = leg.agent, leg.agent.mood
        if any(other.agent is agent and other.agent.life == agent.life for other in self.came_to):
            self.wrong(f"it came to {agent.name} a second time")
        self.came_to.append(leg)
        self._legs.append(leg)
        fate = MOODS[mood] if mood else self.lot.fates[agent.name]
        self.world.unwell(agent, fate)
        return fate

    def answered_by(self, leg):
        self.silent_sdp = self.silent_sdp or leg.fate.silent_sdp

    def refused_by(self, leg, code):
        if code in (*USER, 302):
            self.said.add(code)

    def leg_over(self, leg):
        self.world.leg_over(self)

    # the verdict -----------------------------------------------------------------------------------------------------
    @property
    def caller_died(self):
        return self.caller.life != self.caller_life or not self.caller.up

    def open_legs(self):
        """Those that are up, or were answered, and have not ended."""
        return [leg for leg in self._legs if not leg.ended and (leg.up or getattr(leg, "final", None) == 200)]

    def judge(self):
        """After the end of all."""
        world = self.world
        if self.code is None and not self.caller_died:
            self.wrong("no final answer was even missed")
        names = {self.caller.name, *(leg.agent.name for leg in self.came_to)}
        if self.code == 0 and not any(world.troubled(name, self.start, self.end) for name in names):
            self.wrong("no final answer")
        for leg in self.open_legs():
            if not world.troubled(leg.agent.name, self.start, time.monotonic()):
                self.wrong(f"half a call is left at {leg.agent.name}")
        if self.code and not self.cancelled:
            self._judge_code()

    def _judge_code(self):
        code = self.code
        if code < 300:
            return
        if self.silent_sdp or self.user_is_away():
            return
        if 400 <= code < 500 and code != 408 or code >= 600:
            if not self.said:
                self.wrong(f"{code}, which no user has said")
            return
        if self.world.troubled(self.caller.name, self.start, self.end):
            return
        healthy = [name for name in self.routes if self._could_have_had_it(name)]
        self.world.count("lost" if healthy else "had nobody")
        if healthy:
            self.wrong(f"{code}, and {', '.join(healthy)} would have had it")

    def user_is_away(self):
        """It rang, and nobody took it up; or who rang died, of which nobody can know."""
        return any(leg.fate.kind == "rings for ever" or leg.fate.kind == "trying" and not leg.agent.side.ringing_limit
                   or leg.fate.kind != "silent" and self.world.troubled(leg.agent.name, self.start, self.end) and leg.progress
                   for leg in self.came_to)

    def _could_have_had_it(self, name):
        if any(leg.agent.name == name for leg in self.came_to) or not self.lot.fates[name].well:
            return False
        return not self.world.troubled(name, self.start, self.end)

    @property
    def call_ids(self):
        return dict.fromkeys(leg.call_id for leg in self._legs)

    def ladder(self):
        begin = self.story[0][0] if self.story else 0
        return [f"call {self.number} from {self.caller.name}, {self.lot}", f"  begun at {self.start:.3f}, {' '.join(self.call_ids)}", *(f"  {fault}" for fault in self.faults),
                *(f"    {1000 * (when - begin):8.1f}  {name:5} {text}" for when, name, text in self.story)]
