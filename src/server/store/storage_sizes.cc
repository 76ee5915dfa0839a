#include "server/store/storage_sizes.h"

#include "base/json.h"

namespace jarvis::server::store {
namespace {

/// The columns as the statements name them, from the second on.
StorageSizes sizes_from(const Row& row) {
  return {.artifacts = row.integer(1),
          .models = row.integer(2),
          .images = row.integer(3),
          .others = row.integer(4),
          .files = row.integer(5),
          .logs = row.integer(6),
          .scalars = row.integer(7),
          .plots = row.integer(8)};
}

std::vector<SizesOf> all_from(const Rows& rows) {
  std::vector<SizesOf> out;
  out.reserve(rows.size());
  for (const Row& row : rows)
    out.push_back({.id = row.text(0), .sizes = sizes_from(row)});
  return out;
}

std::string list_of(const std::vector<std::string>& projects) {
  return to_text(json::array(projects.begin(), projects.end()));
}

}  // namespace

StorageSizes& StorageSizes::operator+=(const StorageSizes& other) {
  artifacts += other.artifacts;
  models += other.models;
  images += other.images;
  others += other.others;
  files += other.files;
  logs += other.logs;
  scalars += other.scalars;
  plots += other.plots;
  return *this;
}

Status put_sizes(Transaction& tx, std::string_view place, std::string_view task, const StorageSizes& sizes,
                 WallTime measured) {
  CHECK_OK(tx.run("storage_put", {task, place, sizes.artifacts, sizes.models, sizes.images, sizes.others, sizes.files,
                                  sizes.logs, sizes.scalars, sizes.plots, measured.us}));
  return {};
}

Result<std::vector<MeasuredPlace>> measured_places(Transaction& tx) {
  TRY(const Rows rows, tx.run("storage_measured", {}));
  std::vector<MeasuredPlace> out;
  for (const Row& row : rows) {
    StorageSizes of_no_task;
    of_no_task.others = row.integer(2);
    of_no_task.files = row.integer(3);
    out.push_back({.place = row.text(0), .measured = WallTime{row.integer(1)}, .of_no_task = of_no_task});
  }
  return out;
}

Result<std::vector<SizesOf>> sizes_of_projects(Transaction& tx, const StorageQuery& query) {
  const std::string projects = list_of(query.projects);
  TRY(const Rows rows,
      tx.run("storage_of_projects", {query.company, std::string_view(projects), std::int64_t{query.with_public}}));
  return all_from(rows);
}

Result<std::vector<SizesOf>> largest_tasks(Transaction& tx, const StorageQuery& query, std::int64_t count) {
  const std::string projects = list_of(query.projects);
  TRY(const Rows rows,
      tx.run("storage_of_tasks", {query.company, std::string_view(projects), std::int64_t{query.with_public}, count}));
  return all_from(rows);
}

Result<std::vector<SizesOf>> measure_database(Transaction& tx, WallTime since, std::string_view after,
                                              std::int64_t count) {
  const std::string date = to_iso(since);
  TRY(const Rows rows, tx.run("storage_measure", {std::string_view(date), after, count}));
  std::vector<SizesOf> out;
  for (const Row& row : rows) {
    StorageSizes sizes;
    sizes.logs = row.integer(1);
    sizes.scalars = row.integer(2);
    sizes.plots = row.integer(3);
    out.push_back({.id = row.text(0), .sizes = sizes});
  }
  return out;
}

}  // namespace jarvis::server::store
