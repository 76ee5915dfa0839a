// A library that is loaded when the program runs; let go of with the object.
#pragma once

#include <dlfcn.h>

#include <string>

namespace jarvis::agent {

class SharedLibrary {
 public:
  SharedLibrary() = default;
  SharedLibrary(const SharedLibrary&) = delete;
  SharedLibrary& operator=(const SharedLibrary&) = delete;
  ~SharedLibrary() {
    if (handle_ != nullptr) ::dlclose(handle_);
  }

  /// A path, or a name that the system's loader finds.
  bool open(const std::string& path) {
    handle_ = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    return handle_ != nullptr;
  }
  /// Null when the library has no such function.
  template <typename Function>
  bool find(Function& into, const char* symbol) const {
    into = reinterpret_cast<Function>(::dlsym(handle_, symbol));
    return into != nullptr;
  }

 private:
  void* handle_ = nullptr;
};

}  // namespace jarvis::agent
