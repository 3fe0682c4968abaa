"""What the functions of h4h raise. Messages are those of the command line: "file:line: what is wrong;
what is allowed". A file that cannot be opened is an OSError such as FileNotFoundError, an argument of a
wrong type a TypeError."""
from __future__ import annotations

import re
import typing


class Error(ValueError):
    """A file, a network or an argument that H4H cannot use."""

    def _place(self):
        return re.match(r"(.+?):(\d+): ", str(self))

    @property
    def file(self) -> typing.Optional[str]:
        """The file that the message begins with; None where it begins otherwise."""
        place = self._place()
        return place and place.group(1)

    @property
    def line(self) -> typing.Optional[int]:
        """The line of `file`, from 1; None without one."""
        place = self._place()
        return place and int(place.group(2))


class UsageError(Error):
    """An argument that is not allowed, or not beside another one."""


class PlatformError(Error):
    """A platform file or an override that is wrong."""


class NetworkError(Error):
    """A network that cannot be read, or does not exist."""


class MappingError(Error):
    """A mapping file that is wrong, or of another network."""


class SpaceError(Error):
    """A space file or a genotype that is wrong, or a genotype of another space."""


class InfeasibleError(Error):
    """A network that does not run on a platform, or not within a limit."""


class SimulationError(Error):
    """A layer that could not be simulated, with all that it consists of."""
