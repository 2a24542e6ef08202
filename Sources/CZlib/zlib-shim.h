// zlib, which unpacks members of ZIP archives.
#include <zlib.h>
