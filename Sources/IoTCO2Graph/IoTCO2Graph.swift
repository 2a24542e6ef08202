// One import is enough for a client: these three modules hold all that the library promises.
@_exported public import Assessment
@_exported public import Quantities
@_exported public import Reports
