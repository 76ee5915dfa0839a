// Random filters over random documents, held against an evaluator that is too simple to be wrong.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <random>

#include "proc/files.h"
#include "server/store/documents.h"
#include "server/store/store_fixture.h"

namespace jarvis::server::store {
namespace {

const std::vector<Path> kFields{{"name"},
                                {"status"},
                                {"last_iteration"},
                                {"p", "v"},
                                {"p", "a.b $[0]"},
                                {"p", "quo\"te"},
                                {"p", "b\\s\n'"},
                                {"p", "in\"side", ""},
                                {"hyperparams", "Args", "l\"r", "value"},
                                {"last_metrics", "m", "v", "min_value"},
                                {"tags"}};
/// Lists of objects with the key that filters look under; the first one's words stand in a table of their own.
const std::vector<std::pair<Path, std::string>> kLists{{{"models", "input"}, "model"}, {{"artifacts"}, "ke\"y"}};
const std::vector<json::value> kTexts{"a", "b", "train", "10", "9", "x'y\"z", "ü", json::value(std::string(1500, 'k'))};
const std::vector<json::value> kNumbers{0, 5, 7, -2, 10};

/// Holds no promoted column of a wrong type: those are written by the server's own code.
class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(engine_); }
  const json::value& of(const std::vector<json::value>& values) { return values[below(values.size())]; }
  json::value scalar() { return below(2) == 0 ? of(kTexts) : of(kNumbers); }

  json::object document(int id) {
    json::object out{{"id", "t" + std::to_string(1000 + id)}};
    for (const Path& path : kFields) {
      if (below(3) == 0) continue;
      if (path.front() == "tags") {
        json::array tags;
        for (std::size_t i = below(3); i > 0; --i)
          tags.push_back(of(kTexts));
        out["tags"] = tags;
      } else if (path.size() == 1) {
        out[path.front()] = path.front() == "last_iteration" ? of(kNumbers) : of(kTexts);
      } else {
        json::object* inside = &out;
        for (std::size_t i = 0; i + 1 < path.size(); ++i)
          inside = &ensure_object(*inside, path[i]);
        (*inside)[path.back()] = scalar();
      }
    }
    if (below(3) != 0) ensure_object(out, "models")["input"] = objects_with("model", kTexts);
    if (below(3) != 0) out["artifacts"] = objects_with("ke\"y", below(2) == 0 ? kTexts : kNumbers);
    if (below(4) != 0) out["project"] = below(2) == 0 ? "seen" : "hidden";
    return out;
  }

  Filter filter(int depth = 0) {
    const std::size_t kind = below(depth < 3 ? 11 : 8);
    if (kind >= 8) {
      std::vector<Filter> children;
      for (std::size_t i = kind == 10 ? 1 : below(4); i > 0; --i)
        children.push_back(filter(depth + 1));
      if (kind == 10) return filter::negate(std::move(children.front()));
      return kind == 8 ? filter::all(std::move(children)) : filter::any(std::move(children));
    }
    return leaf(kind);
  }

 private:
  json::array objects_with(std::string_view key, const std::vector<json::value>& values) {
    json::array out;
    for (std::size_t i = below(3); i > 0; --i)
      out.push_back(json::object{{key, of(values)}, {"name", "n"}});
    return out;
  }

  Filter leaf(std::size_t kind) {
    const auto& [list, item] = kLists[below(kLists.size())];
    // The last field is the list; "is it there" is asked of the scalars only.
    const Path field = kFields[below(kFields.size() - 1)];
    std::vector<json::value> values;
    for (std::size_t i = below(3); i > 0; --i)
      values.push_back(below(4) == 0 ? json::value(nullptr) : scalar());
    switch (kind) {
      case 0:
        return filter::one_of(field, std::move(values));
      case 1:
        return filter::list_has({"tags"}, std::move(values));
      case 2:
        return filter::matches(field, below(2) == 0 ? "^A|1" : "[a-t]{2}|\"", below(2) == 0);
      case 3: {
        const bool of_text = below(2) == 0;
        Filter out{.kind = Filter::Kind::range, .field = field};
        if (below(3) != 0) out.from = of_text ? of(kTexts) : of(kNumbers);
        if (below(3) != 0) out.to = of_text ? of(kTexts) : of(kNumbers);
        out.from_included = below(2) == 0;
        out.to_included = below(2) == 0;
        return out;
      }
      case 4:
        return filter::list_has(list, std::move(values), item);
      case 5: {
        Filter out = filter::matches(list, below(2) == 0 ? "^A|1" : "[a-t]{2}", below(2) == 0);
        out.item = item;
        return out;
      }
      case 6:
        return {.kind = Filter::Kind::in_hidden_project};
      default:
        return filter::exists(field);
    }
  }

  std::mt19937 engine_;
};

const json::value* at(const json::object& document, const Path& path) {
  const json::value* value = nullptr;
  const json::object* inside = &document;
  for (const std::string& key : path) {
    value = inside == nullptr ? nullptr : inside->if_contains(key);
    inside = value == nullptr ? nullptr : value->if_object();
  }
  return value;
}

bool is_empty(const json::value* value) {
  return value == nullptr || value->is_null() || (value->is_array() && value->get_array().empty());
}

bool within(const Filter& f, const json::value* value) {
  const auto holds = [&](const std::optional<json::value>& limit, bool included, bool is_lower) {
    if (!limit) return true;
    if (value == nullptr || value->is_string() != limit->is_string()) return false;
    const int order = value->is_string()
                          ? std::string_view(value->get_string()).compare(std::string_view(limit->get_string()))
                          : static_cast<int>(value->as_int64() - limit->as_int64());
    return (order == 0 && included) || (is_lower ? order > 0 : order < 0);
  };
  if (!f.from && !f.to) return true;
  if (value != nullptr && !value->is_string() && !value->is_int64()) return false;
  return holds(f.from, f.from_included, true) && holds(f.to, f.to_included, false);
}

bool finds(const Filter& f, const json::value& text) {
  re2::RE2::Options options;
  options.set_case_sensitive(!f.ignore_case);
  return re2::RE2::PartialMatch(text.get_string().c_str(), re2::RE2(f.pattern, options));
}

template <typename Fits>
bool has_item(const Filter& f, const json::value* list, Fits fits) {
  return !is_empty(list) && std::ranges::any_of(list->get_array(), [&](const json::value& item) {
    const json::value* value = item.get_object().if_contains(f.item);
    return value != nullptr && fits(*value);
  });
}

bool accepts(const Filter& f, const json::object& document) {
  const auto child = [&](const Filter& c) { return accepts(c, document); };
  const json::value* value = at(document, f.field);
  switch (f.kind) {
    case Filter::Kind::all:
      return std::all_of(f.children.begin(), f.children.end(), child);
    case Filter::Kind::any:
      return std::any_of(f.children.begin(), f.children.end(), child);
    case Filter::Kind::negate:
      return !child(f.children.front());
    case Filter::Kind::one_of:
      return std::any_of(f.values.begin(), f.values.end(), [&](const json::value& wanted) {
        return wanted.is_null() ? is_empty(value) : value != nullptr && *value == wanted;
      });
    case Filter::Kind::list_has:
      return std::any_of(f.values.begin(), f.values.end(), [&](const json::value& wanted) {
        if (wanted.is_null()) return is_empty(value);
        if (!f.item.empty()) return has_item(f, value, [&](const json::value& found) { return found == wanted; });
        return !is_empty(value) && std::ranges::find(value->get_array(), wanted) != value->get_array().end();
      });
    case Filter::Kind::matches: {
      if (!f.item.empty()) {
        return has_item(f, value, [&](const json::value& found) { return found.is_string() && finds(f, found); });
      }
      if (value == nullptr || !value->is_string()) return false;
      return finds(f, *value);
    }
    case Filter::Kind::in_hidden_project:
      return get_string_or(document, "project", "") == "hidden";
    case Filter::Kind::range:
      return within(f, value);
    case Filter::Kind::exists:
      return value != nullptr && !value->is_null();
  }
  return false;
}

/// What a failure needs to be understood.
std::string describe(const Filter& f) {
  std::string out = std::to_string(static_cast<int>(f.kind)) + "(";
  for (const std::string& key : f.field)
    out += to_text(json::value(key)) + ".";
  for (const json::value& value : f.values)
    out += " " + to_text(value);
  out += " " + f.pattern + (f.from ? " from " + to_text(*f.from) : "") + (f.to ? " to " + to_text(*f.to) : "");
  for (const Filter& child : f.children)
    out += " " + describe(child);
  return out + ")";
}

/// The documents as tasks, with the projects that they are in.
Status put_all(Transaction& tx, const std::vector<json::object>& documents) {
  CHECK_OK(put(tx, Kind::project, {{"id", "seen"}, {"name", "nets"}}));
  CHECK_OK(put(tx, Kind::project, {{"id", "hidden"}, {"name", "nets/.datasets/x"}}));
  for (const json::object& document : documents)
    CHECK_OK(put(tx, Kind::task, document));
  return {};
}

class QueryConformance : public testing::TestWithParam<StoreKind> {};

TEST_P(QueryConformance, random_filters_find_what_the_reference_finds) {
  const auto dir = proc::TempDir::make("/tmp", "jarvis-query-").value();
  const auto store = GetParam().open(dir.path());
  Random random(20'261);
  std::vector<json::object> documents;
  for (int i = 0; i < 80; ++i)
    documents.push_back(random.document(i));
  ASSERT_TRUE(store->write([&](Transaction& tx) { return put_all(tx, documents); }));

  std::size_t found_some = 0;
  for (int round = 0; round < 600; ++round) {
    const Filter where = random.filter();
    std::vector<std::string> expected;
    for (const json::object& document : documents) {
      if (accepts(where, document)) expected.push_back(get_string_or(document, "id", ""));
    }

    const auto found = store->read([&](Transaction& tx) { return find_ids(tx, Kind::task, {.where = where}); });
    const auto counted = store->read([&](Transaction& tx) { return count(tx, Kind::task, where); });

    ASSERT_TRUE(found) << "round " << round << ": " << found.error().message();
    ASSERT_EQ(*found, expected) << "round " << round << ": " << describe(where);
    ASSERT_EQ(counted.value(), static_cast<std::int64_t>(expected.size())) << "round " << round;
    found_some += !expected.empty() && expected.size() < documents.size();
  }
  EXPECT_GT(found_some, 100U);
}

/// The reference order: what is empty last, then numbers, then text; numeric: text that is a number counts as one.
std::optional<double> number_in(const json::value& value) {
  if (value.is_number()) return value.to_number<double>();
  if (!value.is_string()) return std::nullopt;
  double number = 0;
  const std::string_view text = value.get_string();
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

int three_way(double a, double b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/// Below zero when `a` comes first; both are there.
int compare_values(const Order& order, const json::value& a, const json::value& b) {
  const int sign = order.descending ? -1 : 1;
  if (order.numeric) {
    const auto x = number_in(a), y = number_in(b);
    if (x.has_value() != y.has_value()) return x ? -1 : 1;
    if (x && *x != *y) return sign * three_way(*x, *y);
  }
  if (a.is_string() != b.is_string()) return sign * (a.is_string() ? 1 : -1);
  if (!a.is_string()) return sign * three_way(a.to_number<double>(), b.to_number<double>());
  return sign * std::string_view(a.get_string()).compare(std::string_view(b.get_string()));
}

bool comes_before(const std::vector<Order>& orders, const json::object& a, const json::object& b) {
  for (const Order& order : orders) {
    const json::value *x = at(a, order.field), *y = at(b, order.field);
    if ((x == nullptr) != (y == nullptr)) return y == nullptr;
    if (x == nullptr) continue;
    const int result = compare_values(order, *x, *y);
    if (result != 0) return result < 0;
  }
  return get_string_or(a, "id", "") < get_string_or(b, "id", "");
}

TEST_P(QueryConformance, random_orders_are_the_references_and_pages_go_through_them_without_a_gap) {
  const auto dir = proc::TempDir::make("/tmp", "jarvis-query-").value();
  const auto store = GetParam().open(dir.path());
  Random random(7);
  std::vector<json::object> documents;
  for (int i = 0; i < 60; ++i) {
    json::object document = random.document(i);
    document["last_update"] = "2026-01-0" + std::to_string(1 + random.below(5));  // always set, as the server's own are
    documents.push_back(std::move(document));
  }
  ASSERT_TRUE(store->write([&](Transaction& tx) { return put_all(tx, documents); }));
  std::vector<Path> fields(kFields.begin(), kFields.end() - 1);
  fields.push_back({"last_update"});

  for (int round = 0; round < 150; ++round) {
    Query query;
    if (random.below(2) == 0) query.where = random.filter();
    for (std::size_t i = random.below(3); i > 0; --i) {
      query.order.push_back({.field = fields[random.below(fields.size())],
                             .descending = random.below(2) == 0,
                             .numeric = random.below(2) == 0});
    }
    std::vector<json::object> sorted;
    std::ranges::copy_if(documents, std::back_inserter(sorted),
                         [&](const json::object& document) { return accepts(query.where, document); });
    std::ranges::sort(sorted, [&](const auto& a, const auto& b) { return comes_before(query.order, a, b); });
    std::vector<std::string> expected;
    for (const json::object& document : sorted)
      expected.push_back(get_string_or(document, "id", ""));

    const auto whole = store->read([&](Transaction& tx) { return find_ids(tx, Kind::task, query); });
    ASSERT_TRUE(whole) << whole.error().message();
    ASSERT_EQ(*whole, expected) << "round " << round;

    std::vector<std::string> paged;
    query.limit = 1 + random.below(20);
    for (;;) {
      const auto page = store->read([&](Transaction& tx) { return find_page(tx, Kind::task, query); });
      ASSERT_TRUE(page) << "round " << round << ": " << page.error().message();
      for (const json::object& document : page->documents)
        paged.push_back(get_string_or(document, "id", ""));
      if (page->documents.size() < query.limit) break;
      query.after = page->last;
    }
    ASSERT_EQ(paged, expected) << "round " << round;
  }
}

INSTANTIATE_TEST_SUITE_P(stores, QueryConformance, testing::Values(kSqlite, kPostgres), name_of_kind);

}  // namespace
}  // namespace jarvis::server::store
