#include "server/store/statements.h"

#include "base/assert.h"

namespace jarvis::server::store {

Statements Statements::parse(std::span<const embedded::File> files) {
  constexpr std::string_view marker = "-- name: ";
  Statements out;
  for (const embedded::File& file : files) {
    std::size_t start = file.text.find(marker);
    while (start != std::string_view::npos) {
      const std::size_t name_start = start + marker.size();
      const std::size_t name_end = file.text.find_first_of(" \n", name_start);
      const std::size_t body = file.text.find('\n', name_start);
      const std::size_t next = file.text.find(marker, name_start);
      JV_ASSERT(name_end != std::string_view::npos && body != std::string_view::npos);
      const bool is_new =
          out.by_name_
              .emplace(file.text.substr(name_start, name_end - name_start),
                       file.text.substr(body + 1, next == std::string_view::npos ? next : next - body - 1))
              .second;
      JV_ASSERT(is_new);
      start = next;
    }
  }
  return out;
}

std::string_view Statements::find(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  return found == by_name_.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace jarvis::server::store
