// Everything that protoc-c makes of this module's schemas.
#include "node_def.pb-c.h"
#include "onnx.pb-c.h"
