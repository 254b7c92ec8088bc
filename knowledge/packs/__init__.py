"""Knowledge packs: folders of YAML that desks read, check, exchange and write."""

from knowledge.packs.findings import check
from knowledge.packs.importer import ImportReport, import_folder, import_pack, import_shipped
from knowledge.packs.pack import SHIPPED, About, Finding, Pack, PackError, Severity
from knowledge.packs.reader import digest, read
from knowledge.packs.standing import Sample, standing
from knowledge.packs.writer import collect, export, write

__all__ = [
    "SHIPPED",
    "About",
    "Finding",
    "ImportReport",
    "Pack",
    "PackError",
    "Sample",
    "Severity",
    "check",
    "collect",
    "digest",
    "export",
    "import_folder",
    "import_pack",
    "import_shipped",
    "read",
    "standing",
    "write",
]
