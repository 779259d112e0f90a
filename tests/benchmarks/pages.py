"""Web pages that answer at once, for what is measured without them."""

from coophost_gui.kit.jobs import Job
from coophost_gui.net.http import Reply
from coophost_gui.servers.world import RealWeb


class Pages(RealWeb):
    """The pages of all apps answer; no real ones are asked."""

    def fetch(self, job: Job, url: str) -> Reply:
        return Reply(200, {}, b"", url, None)
