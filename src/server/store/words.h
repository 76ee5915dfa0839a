// The words of documents by which lists find them without reading JSON: tags, system tags, the models that a task uses
// and makes, and whether a project is hidden. documents.cc keeps them in step with the documents it writes.
#pragma once

#include <span>
#include <string_view>

#include "server/store/documents.h"

namespace jarvis::server::store {

/// A list in a document whose items are words, or objects with the word under `item`.
struct WordField {
  std::string_view name;
  std::string_view first, second;  // the path of the list; `second` may be empty
  std::string_view item;

  Path path() const;
};
/// Those of one kind; empty for a kind that has none.
std::span<const WordField> word_fields(Kind kind);

/// A project has this word when it, or a folder that it is in, is hidden.
inline constexpr std::string_view kHiddenField = "hidden";
inline constexpr std::string_view kIsHidden = "yes";
/// True for the name of a project that clients make for their own ends: datasets, pipelines, reports.
bool is_hidden_path(std::string_view project_name);

/// The column `marks`: a bit of its own for each system tag that nearly every list asks about, one of some fifty for
/// any other tag. A row without the bit does not have the tag; with the bit it may.
std::int64_t marks_of(const json::object& document);
/// The bits that a row must have one of to fit a list_has; 0 when its values or its field have no bits.
std::int64_t marks_of(const Filter& list_has);
/// True when the bits alone decide it.
bool is_decided_by_marks(const Filter& list_has);

/// Brings the stored words of a document in step with it. Writes nothing when they are.
Status sync_words(Transaction& tx, Kind kind, const json::object& document);
Status erase_words(Transaction& tx, Kind kind, std::string_view id);

}  // namespace jarvis::server::store
