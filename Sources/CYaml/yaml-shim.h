// libyaml, whose parser tells the events of a YAML file.
#include <yaml.h>
