// What stands inside the documents of a project: metrics, hyperparameters, metadata of models. The calls look at every
// row of the project, so they run on the pool.
#include <algorithm>

#include "server/domain/paging.h"
#include "server/domain/project_tree.h"
#include "server/services/projects.h"
#include "server/store/facts.h"

namespace jarvis::server::projects {
namespace {

/// The rows of one of the statements of projects.sql for the projects that the request means.
ApiResult<store::Rows> rows_for(Services& services, const Call& call, std::string_view statement,
                                const std::vector<std::string>& arguments = {}) {
  CHECK_OK(domain::check_not_negative(call.body, {"page", "page_size"}));
  return services.store.read([&](store::Transaction& tx) -> ApiResult<store::Rows> {
    TRY(const auto projects, domain::asked_projects(tx, call));
    const std::string list = to_text(json::array(projects.begin(), projects.end()));
    const std::int64_t with_public = get_bool_or(call.body, "allow_public", true) ? 1 : 0;
    std::vector<store::Param> params{std::string_view(call.identity.company.str()), std::string_view(list),
                                     with_public};
    for (const std::string& argument : arguments)
      params.emplace_back(std::string_view(argument));
    TRY(store::Rows rows, tx.run(statement, params));
    return rows;
  });
}

/// One page of a list, with how many there are in all and how many come after it.
json::object paged(const json::object& body, std::string_view key, json::array items) {
  const std::size_t total = items.size();
  const auto size =
      static_cast<std::size_t>(std::clamp<std::int64_t>(get_int(body, "page_size").value_or(500), 1, 1'000'000));
  const auto page = static_cast<std::size_t>(std::clamp<std::int64_t>(get_int(body, "page").value_or(0), 0, 1'000'000));
  const std::size_t from = std::min(total, page * size);
  const std::size_t to = std::min(total, from + size);
  json::array some(items.begin() + static_cast<std::ptrdiff_t>(from), items.begin() + static_cast<std::ptrdiff_t>(to));
  return {{key, std::move(some)}, {"total", total}, {"remaining", total - to}};
}

json::array first_column(const store::Rows& rows) {
  json::array out;
  for (const store::Row& row : rows) {
    if (!row.is_null(0)) out.emplace_back(row.text(0));
  }
  return out;
}

/// All of them, or the page that is asked for.
json::object values_reply(const json::object& body, json::array values) {
  if (find(body, "page_size") != nullptr || find(body, "page") != nullptr)
    return paged(body, "values", std::move(values));
  const std::size_t total = values.size();
  return {{"total", total}, {"values", std::move(values)}};
}

}  // namespace

ApiResult<Reply> get_unique_metric_variants(Services& services, const Call& call) {
  const bool of_models = get_bool_or(call.body, "model_metrics", false);
  TRY(const store::Rows rows, rows_for(services, call, of_models ? "model_metric_variants" : "metric_variants"));
  json::array metrics;
  for (const store::Row& row : rows) {
    metrics.push_back({{"metric", row.text(2)},
                       {"metric_hash", row.text(0)},
                       {"variant", row.text(3)},
                       {"variant_hash", row.text(1)}});
  }
  return json::object{{"metrics", std::move(metrics)}};
}

ApiResult<Reply> get_hyper_parameters(Services& services, const Call& call) {
  TRY(const store::Rows rows, rows_for(services, call, "hyperparam_names"));
  json::array parameters;
  for (const store::Row& row : rows)
    parameters.push_back({{"section", row.text(0)}, {"name", row.text(1)}});
  return paged(call.body, "parameters", std::move(parameters));
}

ApiResult<Reply> get_hyperparam_values(Services& services, const Call& call) {
  const auto place = store::fact_at(
      {"hyperparams", get_string_or(call.body, "section", ""), get_string_or(call.body, "name", ""), "value"});
  TRY(const store::Rows rows, rows_for(services, call, "fact_values", {place->key}));
  return values_reply(call.body, first_column(rows));
}

ApiResult<Reply> get_model_metadata_keys(Services& services, const Call& call) {
  TRY(const store::Rows rows, rows_for(services, call, "metadata_keys"));
  return paged(call.body, "keys", first_column(rows));
}

ApiResult<Reply> get_model_metadata_values(Services& services, const Call& call) {
  TRY(const store::Rows rows, rows_for(services, call, "metadata_values", {get_string_or(call.body, "key", "")}));
  return values_reply(call.body, first_column(rows));
}

}  // namespace jarvis::server::projects
