#include "server/file_sizes.h"

#include "server/files/file_walk.h"

namespace jarvis::server {
namespace {

std::int64_t& part_of(store::StorageSizes& sizes, files::FileOwner::Kind kind) {
  switch (kind) {
    case files::FileOwner::Kind::artifact:
      return sizes.artifacts;
    case files::FileOwner::Kind::model:
      return sizes.models;
    case files::FileOwner::Kind::image:
      return sizes.images;
    case files::FileOwner::Kind::other:
      return sizes.others;
  }
  return sizes.others;
}

}  // namespace

Result<scheduler::FilesByTask> sizes_of_files(const std::filesystem::path& root, const std::stop_token& stop) {
  scheduler::FilesByTask out;
  const auto add = [&](const std::filesystem::directory_entry& entry, const std::filesystem::path& name) -> Status {
    if (stop.stop_requested()) return Error(ErrorCode::cancelled, "asked to stop");
    std::error_code code;
    const auto bytes = entry.file_size(code);
    if (code) return {};  // gone meanwhile
    const files::FileOwner owner = files::owner_of(name);
    store::StorageSizes& sizes = out[owner.task];
    ++sizes.files;
    part_of(sizes, owner.task.empty() ? files::FileOwner::Kind::other : owner.kind) += static_cast<std::int64_t>(bytes);
    return {};
  };
  CHECK_OK(files::walk(root, add));
  return out;
}

}  // namespace jarvis::server
