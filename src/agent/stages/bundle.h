// Keeps what the stages before it made: a task's code and packages, in a folder or in an image, with a launcher.
#pragma once

#include <memory>
#include <string>

#include "agent/job/stage.h"
#include "agent/runtime/engine.h"

namespace jarvis::agent {

struct BundleTarget {
  std::string place;  // a folder that is new or empty; an image's name
  bool is_image = false;
  Engine engine = Engine::docker;
  enum class Entry { none, reuse_task, clone_task } entry = Entry::none;  // what the image does when it is started
};

/// After checkout and environment.
std::unique_ptr<Stage> make_bundle(BundleTarget target);

}  // namespace jarvis::agent
