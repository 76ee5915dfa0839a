#include "server/domain/projection.h"

#include <algorithm>
#include <optional>

namespace jarvis::server::domain {
namespace {

using store::Path;
using Rest = std::span<const std::string>;

/// What is at the path, in the shape of the document around it.
std::optional<json::value> picked(const json::value& from, Rest path) {
  if (path.empty()) return from;
  if (const json::array* list = from.if_array()) {
    json::array out;
    for (const json::value& item : *list)
      out.push_back(picked(item, path).value_or(json::object()));
    return out;
  }
  const json::object* object = from.if_object();
  if (object == nullptr) return std::nullopt;
  json::object out;
  for (const auto& [key, value] : *object) {
    if (path.front() != "*" && path.front() != key) continue;
    if (auto inner = picked(value, path.subspan(1))) out[key] = std::move(*inner);
  }
  return out;  // also when it is empty: clients look into the object that they asked for
}

void merge(json::value& to, json::value&& from) {
  if (to.is_object() && from.is_object()) {
    for (auto& [key, value] : from.get_object()) {
      json::value& slot = to.get_object()[key];
      slot.is_null() ? void(slot = std::move(value)) : merge(slot, std::move(value));
    }
  } else if (to.is_array() && from.is_array() && to.get_array().size() == from.get_array().size()) {
    for (std::size_t i = 0; i < to.get_array().size(); ++i)
      merge(to.get_array()[i], std::move(from.get_array()[i]));
  } else {
    to = std::move(from);
  }
}

void erase_path(json::value& in, Rest path) {
  if (in.is_array()) {
    for (json::value& item : in.get_array())
      erase_path(item, path);
  } else if (in.is_object()) {
    if (path.size() == 1 && path.front() == "*") return in.get_object().clear();
    if (path.size() == 1) return void(in.get_object().stable_erase(path.front()));
    for (auto& [key, value] : in.get_object()) {
      if (path.front() == "*" || path.front() == key) erase_path(value, path.subspan(1));
    }
  }
}

}  // namespace

Path path_from(std::string_view dotted) {
  Path path;
  for (std::size_t from = 0; from <= dotted.size();) {
    const std::size_t end = std::min(dotted.find('.', from), dotted.size());
    std::string part(dotted.substr(from, end - from));
    for (std::size_t at = 0; (at = part.find("%2E", at)) != std::string::npos; ++at)
      part.replace(at, 3, 1, '.');
    path.push_back(std::move(part));
    from = end + 1;
  }
  return path;
}

json::object Projection::apply(const json::object& document) const {
  if (is_all()) return document;
  const bool is_whole = takes_all || included.empty();
  json::value out = is_whole ? json::value(document) : json::value(json::object());
  for (const Path& path : is_whole ? std::vector<Path>() : included) {
    // The first key by look-up: a document has many fields, and this is done for every row of a list.
    const json::value* top = document.if_contains(path.front());
    if (top == nullptr) continue;
    auto inner = picked(*top, Rest(path).subspan(1));
    if (!inner) continue;
    json::value& slot = out.get_object()[path.front()];
    slot.is_null() ? void(slot = std::move(*inner)) : merge(slot, std::move(*inner));
  }
  for (const Path& path : excluded)
    erase_path(out, path);
  if (const json::value* id = document.if_contains("id")) out.get_object()["id"] = *id;
  return std::move(out.get_object());
}

std::vector<std::string> Projection::fields() const {
  if (takes_all || included.empty()) return {};
  std::vector<std::string> out{"id"};
  for (const Path& path : included) {
    if (path.front() == "*") return {};
    if (std::ranges::find(out, path.front()) == out.end()) out.push_back(path.front());
  }
  return out;
}

}  // namespace jarvis::server::domain
