// All endpoints of the API, joined from the services' tables.
#pragma once

#include <vector>

#include "server/endpoint.h"

namespace jarvis::server {
std::vector<Endpoint> all_endpoints();
}
