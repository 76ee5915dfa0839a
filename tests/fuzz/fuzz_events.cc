// Event batches from anywhere, and packs of scalars that a broken disk changed.
#include "base/assert.h"
#include "server/events/event_batch.h"
#include "server/events/scalar_pack.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace jarvis::server::events;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto batch = parse_event_lines(text, 1)) {
    for (const auto& [task, events] : batch->tasks) {
      SeriesMap series;
      for (const auto& [name, fresh] : events.scalars)
        merge_into(series, {{name, fresh.points}});
      const auto again = unpack(pack(series));
      JV_ASSERT(again.has_value());
      JV_ASSERT(again->size() == series.size());
    }
  }
  (void)unpack(text);
  return 0;
}
