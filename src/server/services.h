// What a handler may use besides its call and its transaction. Made in app.cc, lives as long as the server.
#pragma once

#include <string>

#include "base/clock.h"

namespace jarvis::server {

namespace auth {
class Authority;
}
namespace events {
class EventStore;
}
namespace scheduler {
class Dispatcher;
class StorageMeter;
}  // namespace scheduler
namespace store {
class Store;
}

struct Services {
  const Clock& clock;
  store::Store& store;
  scheduler::Dispatcher& dispatcher;
  auth::Authority& authority;
  events::EventStore& events;
  scheduler::StorageMeter& storage;
  std::string server_id;  // stable for a data directory; shown by server.info
};

}  // namespace jarvis::server
