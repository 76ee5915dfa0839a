// What a get_all asks for: the request's filters, order and page as a store::Query, its only_fields as a Projection.
// Pure but for expand(), which reads the documents that references name.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/call.h"
#include "server/store/documents.h"
#include "server/store/filter.h"

namespace jarvis::server::domain {

/// What the lists of one kind know. A name that is in no table here is 400/14 in order_by and only_fields.
struct ListTable {
  struct Reference {
    std::string_view field;
    store::Kind kind;
  };
  std::span<const std::string_view> choices;  // fields that hold one value: lists of them mean "one of"
  std::span<const std::string_view> tags;     // fields that hold a list of words
  std::span<const std::string_view> dates;    // with from/to conditions
  std::span<const std::string_view> others;   // known, not filtered by themselves
  std::span<const std::string_view> free;     // objects below which any path is fine
  std::span<const Reference> references;      // ids that get_all_ex turns into objects
  std::string_view default_order;             // "-last_update"
  /// What stays out of a list besides what has the system tag "hidden", unless the request wants to see it.
  enum class Hides : std::uint8_t { nothing_else, hidden_projects, what_is_in_them };
  Hides hides = Hides::nothing_else;
};
extern const ListTable kTaskLists;
extern const ListTable kQueueLists;

/// Which fields go out. Empty: all.
struct Projection {
  std::vector<store::Path> included, excluded;

  bool is_all() const { return included.empty() && excluded.empty(); }
  json::object apply(const json::object& document) const;
};

struct ListRequest {
  store::Query query;
  Projection projection;
  std::string scroll_id;  // of the next call; empty when the request does not scroll
};

/// Errors: 400/14 unknown field, 400/12 a condition that is none.
ApiResult<ListRequest> parse_list(const Call& call, const ListTable& table);

/// Turns a document's references into objects {"id": ...}, with the fields that the projection asks for
/// ("project.name"). To be done before the projection is applied.
ApiResult<void> expand(store::Transaction& tx, const ListTable& table, const Projection& projection,
                       json::object& document);

/// "sec%2Etion.name" is the path {"sec.tion", "name"}.
store::Path path_from(std::string_view dotted);

}  // namespace jarvis::server::domain
