// What a get_all asks for: the request's filters, order and page as a store::Query, its only_fields as a Projection,
// and the documents that it finds.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/call.h"
#include "server/domain/projection.h"
#include "server/domain/scroll.h"
#include "server/store/documents.h"
#include "server/store/filter.h"

namespace jarvis::server::domain {

/// What the lists of one kind know. A name that is in no table here is 400/14 in order_by and only_fields.
struct ListTable {
  struct Reference {
    std::string_view field;
    store::Kind kind;
  };
  /// What stays out of a list besides what has the system tag "hidden", unless the request wants to see it.
  enum class Hides : std::uint8_t { nothing_else, nothing_that_is_named, hidden_projects, what_is_in_them };

  std::span<const std::string_view> choices;  // fields that hold one value: lists of them mean "one of"
  std::span<const std::string_view> tags;     // fields that hold a list of words
  std::span<const std::string_view> dates;    // with from/to conditions
  std::span<const std::string_view> numbers;  // with from/to conditions
  std::span<const std::string_view> texts;    // found by a regular expression under their own name
  std::span<const std::string_view> others;   // known, not filtered by themselves
  std::span<const std::string_view> free;     // objects below which any path is fine
  std::span<const std::string_view> lists;    // paths of lists of objects, below which conditions go into the items
  std::span<const Reference> references;      // ids that get_all_ex turns into objects
  std::string_view default_order;             // "-last_update"
  Hides hides = Hides::nothing_else;
};
extern const ListTable kTaskLists;
extern const ListTable kQueueLists;

struct ListRequest {
  store::Query query;
  Projection projection;
  std::optional<Scroll> scroll;  // when the request scrolls
};

/// Errors: 400/14 unknown field, 400/12 a condition that is none, 400/21 a pattern that is none.
ApiResult<ListRequest> parse_list(const Call& call, const ListTable& table);

/// The documents that a request asks for, and the id of the scroll's next page (empty when it does not scroll).
struct Found {
  std::vector<json::object> documents;
  std::string scroll_id;
};
/// What is needed of each document: what goes out, or all of it.
enum class Reads : std::uint8_t { what_is_shown, everything };
Result<Found> find_list(store::Transaction& tx, store::Kind kind, const ListRequest& request,
                        Reads reads = Reads::what_is_shown);

/// References as {"id", ...}, or as they are stored.
enum class References : std::uint8_t { ids, objects };
/// What goes out of documents: their references turned into objects {"id": ...} with the fields that the projection
/// asks for ("project.name"), then the projection.
ApiResult<json::array> shown(store::Transaction& tx, const ListTable& table, const Projection& projection,
                             References references, std::vector<json::object> documents);

/// The request with the projects below those that it names, when it says include_subprojects.
ApiResult<Call> with_asked_subprojects(store::Transaction& tx, const Call& call);

}  // namespace jarvis::server::domain
