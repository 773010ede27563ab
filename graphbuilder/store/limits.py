"""How much may go on, wait and be kept, by settings of the environment."""

import os
from dataclasses import dataclass

from graphbuilder.store.database import StoreError


@dataclass(frozen=True, slots=True)
class Limits:
    """What one visitor, one address of the network and all together may take. Each is GRAPHBUILDER_ and its name in
    capitals; all are whole numbers from 1.

    running, owner_running: trainings at once, in all and of one visitor. queued, address_queued, owner_queued: jobs
    that wait. A class may sit behind one address. run_minutes: of a run, by the clock on the wall. turn_minutes: after
    which a run gives way where somebody waits who has fewer going.

    owner_projects: of one visitor. owner_disk_mb, disk_mb: of what one visitor and all keep. free_disk_mb: what new
    jobs leave free of the disk. keep_hours: how long what was deleted can be brought back.

    upload_mb: of one file. owner_uploads_mb, uploads_mb: of the files that one visitor and all send at once.
    owner_downloads, downloads: of large files, at once.

    data_mb: of one file of data. owner_sending, sending: files of data that come at once. looks: at data, at once.
    inside: networks that stay ready to answer questions.
    """

    running: int = 2
    owner_running: int = 1
    owner_queued: int = 2
    address_queued: int = 60
    queued: int = 100
    run_minutes: int = 240
    turn_minutes: int = 10
    owner_projects: int = 200
    owner_disk_mb: int = 4_000
    disk_mb: int = 40_000
    free_disk_mb: int = 2_000
    keep_hours: int = 24
    upload_mb: int = 20
    owner_uploads_mb: int = 40
    uploads_mb: int = 100
    owner_downloads: int = 3
    downloads: int = 20
    data_mb: int = 2_000
    owner_sending: int = 3
    sending: int = 60
    looks: int = 2
    inside: int = 4

    @classmethod
    def of_settings(cls) -> "Limits":
        """As the environment says, else as many trainings as there are cores. Raises StoreError for no number."""
        told = {"running": os.cpu_count() or 2}
        for name in cls.__dataclass_fields__:
            setting = f"GRAPHBUILDER_{name.upper()}"
            value = os.environ.get(setting, "").strip()
            if not value:
                continue
            if not value.isdecimal() or int(value) < 1:
                raise StoreError(f"The setting {setting} must be a whole number, at least 1; it is {value!r}.")
            told[name] = int(value)
        return cls(**told)
