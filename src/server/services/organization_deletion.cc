// What became of the files of deleted tasks: how many wait, and which could not be deleted, with the reason.
#include "server/services/organization.h"

namespace jarvis::server::organization {
namespace {

constexpr std::int64_t kShownMax = 500;

}  // namespace

ApiResult<Reply> get_deletion_status(Services&, store::Transaction& tx, const Call& call) {
  const std::string_view company = call.identity.company.str();
  TRY(const store::Rows counts, tx.run("removals_count", {company}));
  TRY(const store::Rows rows, tx.run("removals_of_company", {company, kShownMax}));
  json::array failed;
  for (const store::Row& row : rows) {
    if (row.integer(2) == 0) break;  // the failed ones come first
    failed.push_back(
        {{"url", row.text(0)}, {"task", row.text(1)}, {"attempts", row.integer(2)}, {"error", row.text(3)}});
  }
  const std::int64_t waiting = counts.front().integer(0) - counts.front().integer(1);
  return json::object{{"waiting", waiting}, {"failed", std::move(failed)}};
}

}  // namespace jarvis::server::organization
