// Any text is a tree or an error with a line: never a crash, never without end.
#include "base/assert.h"
#include "config/hocon.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace jarvis;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto tree = config::Tree::parse(text, "fuzz.conf");
  if (tree) {
    (void)to_text(config::to_json(tree->root()));
  } else {
    JV_ASSERT(tree.error().message().starts_with("fuzz.conf"));
  }
  return 0;
}
