#include "agent/stages/stages.h"

namespace jarvis::agent {

Stages standard_stages() {
  Stages stages;
  stages.push_back(make_checkout());
  stages.push_back(make_environment());
  stages.push_back(make_execute());
  return stages;
}

}  // namespace jarvis::agent
