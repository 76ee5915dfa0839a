// Random list requests over random tasks: each condition of a request is made together with what it means, said in the
// simplest words, so that the language as a whole is held to it on both databases.
#include <re2/re2.h>

#include <charconv>
#include <functional>
#include <random>

#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

using Meaning = std::function<bool(const json::object&)>;

constexpr int kTasks = 70;
constexpr int kRequests = 500;

/// What stands at "a.b.c"; through a list of objects, what each of them has there.
std::vector<json::value> at(const json::value& inside, std::string_view dotted) {
  if (dotted.empty()) return inside.is_null() ? std::vector<json::value>() : std::vector{inside};
  std::vector<json::value> out;
  if (const json::array* list = inside.if_array()) {
    for (const json::value& item : *list) {
      for (json::value& one : at(item, dotted))
        out.push_back(std::move(one));
    }
  } else if (const json::object* object = inside.if_object()) {
    const std::string_view key = dotted.substr(0, dotted.find('.'));
    const json::value* next = object->if_contains(key);
    if (next != nullptr) return at(*next, key.size() == dotted.size() ? "" : dotted.substr(key.size() + 1));
  }
  return out;
}

/// The values that a choice looks among: those of a list, or the one.
std::vector<json::value> values_of(const json::object& task, std::string_view field) {
  std::vector<json::value> found = at(task, field);
  if (found.size() == 1 && found.front().is_array()) {
    const json::array list = found.front().get_array();
    return {list.begin(), list.end()};
  }
  return found;
}

bool has(const json::object& task, std::string_view field, const json::value& wanted) {
  const auto values = values_of(task, field);
  return wanted.is_null() ? values.empty() : std::ranges::find(values, wanted) != values.end();
}

std::optional<double> number_at(const json::object& task, std::string_view field) {
  const auto found = at(task, field);
  return found.empty() || !found.front().is_number() ? std::nullopt : std::optional(found.front().to_number<double>());
}

std::optional<std::string> text_at(const json::object& task, std::string_view field) {
  const auto found = at(task, field);
  return found.empty() || !found.front().is_string() ? std::nullopt
                                                     : std::optional(std::string(found.front().get_string()));
}

struct Order {
  std::string field;
  bool is_descending = false;
};

/// Numbers, and text that is one.
std::optional<double> as_number(const json::value& value) {
  if (value.is_number()) return value.to_number<double>();
  const std::string_view text = value.get_string();
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

int compare(double a, double b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/// "2" before "11", and before what is no number.
int compare_numerically(const json::value& a, const json::value& b, int sign) {
  const auto x = as_number(a), y = as_number(b);
  if (x.has_value() != y.has_value()) return x ? -1 : 1;
  if (x && *x != *y) return sign * compare(*x, *y);
  return a.is_string() && b.is_string() ? sign * a.get_string().compare(b.get_string()) : 0;
}

/// What an order compares: no text is as good as none.
std::vector<json::value> place_of(const json::object& task, std::string_view field) {
  auto found = at(task, field);
  std::erase(found, json::value(""));
  return found;
}

bool comes_before(const std::vector<Order>& orders, const json::object& a, const json::object& b) {
  for (const Order& order : orders) {
    const auto x = place_of(a, order.field), y = place_of(b, order.field);
    if (x.empty() != y.empty()) return y.empty();
    if (x.empty()) continue;
    const int sign = order.is_descending ? -1 : 1;
    const bool is_free = order.field.find('.') != std::string::npos;
    const int result = is_free || !x.front().is_string()
                           ? compare_numerically(x.front(), y.front(), sign)
                           : sign * x.front().get_string().compare(y.front().get_string());
    if (result != 0) return result < 0;
  }
  return a.at("id").get_string() < b.at("id").get_string();
}

class RandomLists : public TaskFixture {
 protected:
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(engine_); }
  bool once_in(std::size_t n) { return below(n) == 0; }
  template <typename T>
  T of(const std::vector<T>& values) {
    return values[below(values.size())];
  }
  std::string date() {
    return "2026-0" + std::to_string(1 + below(3)) + "-1" + std::to_string(below(4)) + "T12:00:00.000000+00:00";
  }
  json::value number() { return json::value(static_cast<std::int64_t>(below(8)) - 2); }

  const std::vector<std::string> words_{"alpha", "Beta", "gamma-3", "a.b", "$x", "ключ", "it's \"so\"", "10", "9"};
  const std::vector<std::string> numbers_as_text_{"0.1", "2", "11", "-3", "1e-3", "adam", "9", "10.0"};
  const std::vector<std::string> statuses_{"created", "completed", "failed", "stopped"};
  std::vector<std::string> projects_, models_;
  std::vector<json::object> tasks_;

  void make_tasks() {
    for (const char* name : {"first", "second", "third"}) {
      projects_.emplace_back(ok("projects.create", {{"name", name}}).at("id").get_string());
      models_.emplace_back(ok("models.create", {{"name", name}, {"uri", name}}).at("id").get_string());
    }
    for (int i = 0; i < kTasks; ++i) {
      json::object task = stored(store::Kind::task, new_task()).value();
      task["name"] = of(words_) + "-" + of(words_);
      task["status"] = of(statuses_);
      task["comment"] = once_in(3) ? "" : of(words_);
      task["project"] = once_in(4) ? json::value() : json::value(of(projects_));
      task["tags"] = some_of(words_);
      task["last_iteration"] = number();
      task["started"] = once_in(3) ? json::value() : json::value(date());
      task["completed"] = once_in(2) ? json::value() : json::value(date());
      task["active_duration"] = once_in(3) ? json::value() : number();
      if (!once_in(4)) {
        json::object arguments{{"lr", {{"name", "lr"}, {"value", of(numbers_as_text_)}}}};
        if (once_in(2)) arguments["ключ $"] = {{"name", "ключ $"}, {"value", of(words_)}};
        task["hyperparams"] = {{"Args", std::move(arguments)}};
      }
      if (!once_in(4)) {
        const double value = static_cast<double>(below(9)) / 2 - 1;
        task["last_metrics"] = {{"m", {{"v", {{"value", value}, {"max_value", value + 1}}}}}};
      }
      json::array inputs, artifacts;
      for (const json::value& model : some_of(models_))
        inputs.push_back({{"name", "in"}, {"model", model}});
      for (const json::value& key : some_of(words_))
        artifacts.push_back({{"key", key}, {"mode", "output"}});
      task["models"] = {{"input", inputs}, {"output", json::array()}};
      task["execution"] = {{"queue", nullptr}, {"artifacts", artifacts}};
      put(store::Kind::task, task);
      tasks_.push_back(std::move(task));
    }
  }
  json::array some_of(const std::vector<std::string>& values) {
    std::set<std::string> some;
    for (std::size_t i = below(4); i > 0; --i)
      some.insert(of(values));
    return json::array(some.begin(), some.end());
  }

  struct Choice {
    std::string field;
    std::vector<std::string> values;
  };
  Choice choice() {
    const std::vector<Choice> choices{{"status", statuses_},
                                      {"project", projects_},
                                      {"tags", words_},
                                      {"hyperparams.Args.lr.value", numbers_as_text_},
                                      {"hyperparams.Args.ключ $.value", words_},
                                      {"models.input.model", models_},
                                      {"execution.artifacts.key", words_}};
    return of(choices);
  }

  /// Any of, with exclusions, nothing at all, and the operators, each of which is for what follows.
  Meaning add_choice(json::object& body) {
    const Choice choice = this->choice();
    json::array list;
    std::vector<json::value> any, all, none;
    bool is_all = false, is_not = false;
    for (std::size_t i = 1 + below(4); i > 0; --i) {
      if (once_in(4)) {
        const std::string mark = of(std::vector<std::string>{"__$all", "__$any", "__$not", "__$and", "__$or"});
        list.emplace_back(mark);
        is_not = mark == "__$not";
        if (!is_not) is_all = mark == "__$all" || mark == "__$and";
      }
      const json::value value = once_in(6) ? json::value() : json::value(of(choice.values));
      const bool is_excluded = !value.is_null() && once_in(4) && value.get_string().front() != '-';
      list.emplace_back(is_excluded ? json::value("-" + std::string(value.get_string())) : value);
      // A value that begins with "-" is an exclusion, whatever it was meant as.
      const bool reads_so = !is_excluded && value.is_string() && value.get_string().front() == '-' && !is_not;
      const json::value read = reads_so ? json::value(value.get_string().subview(1)) : value;
      const bool goes_out = (is_excluded && !is_not) || is_not || reads_so;
      (goes_out ? none
       : is_all ? all
                : any)
          .push_back(is_excluded && is_not ? json::value("-" + std::string(value.get_string())) : read);
    }
    body[choice.field] = list;
    return [=, field = choice.field](const json::object& task) {
      const auto holds = [&](const json::value& value) { return has(task, field, value); };
      return (any.empty() || std::ranges::any_of(any, holds)) && std::ranges::all_of(all, holds) &&
             std::ranges::none_of(none, holds);
    };
  }

  Meaning add_sets(json::object& body) {
    const Choice choice = this->choice();
    json::object wanted;
    std::vector<Meaning> both;
    for (const char* mode : {"any", "all"}) {
      if (once_in(3)) continue;
      const json::array included = some_of(choice.values), excluded = some_of(choice.values);
      wanted[mode] = {{"include", included}, {"exclude", excluded}};
      if (included.empty() && excluded.empty()) continue;
      both.emplace_back([=, is_any = mode == std::string("any"), field = choice.field](const json::object& task) {
        const auto holds = [&](const json::value& value) { return has(task, field, value); };
        if (!is_any) return std::ranges::all_of(included, holds) && std::ranges::none_of(excluded, holds);
        return std::ranges::any_of(included, holds) || (!excluded.empty() && !std::ranges::all_of(excluded, holds));
      });
    }
    ensure_object(body, "filters")[choice.field] = std::move(wanted);
    return all_of(std::move(both));
  }

  Meaning add_date(json::object& body) {
    const std::string field = once_in(2) ? "started" : "completed";
    json::value wanted;
    const Meaning meaning = date_of(field, wanted);
    body[field] = wanted;
    return meaning;
  }
  Meaning date_of(const std::string& field, json::value& wanted) {
    const std::string from = date(), to = date();
    const auto when = [=](const auto& fits) -> Meaning {
      return [=](const json::object& task) {
        const auto value = text_at(task, field);
        return value && fits(*value);
      };
    };
    switch (below(6)) {
      case 0:
        wanted = json::value(from);
        return when([=](const std::string& value) { return value == from; });
      case 1:
        wanted = json::value(">=" + from);
        return when([=](const std::string& value) { return value >= from; });
      case 2:
        wanted = json::array{json::value(">" + from), json::value("<" + to)};
        return when([=](const std::string& value) { return value > from && value < to; });
      case 3:
        wanted = json::array{json::value(from), json::value()};
        return when([=](const std::string& value) { return value >= from; });
      case 4:
        wanted = json::array{json::value(), json::value(to)};
        return when([=](const std::string& value) { return value <= to; });
      default:
        wanted = json::array{json::value(from), json::value(to)};
        return when([=](const std::string& value) { return value >= from && value <= to; });
    }
  }

  Meaning add_number(json::object& body) {
    const std::string field = of(std::vector<std::string>{"last_iteration", "active_duration", "last_metrics.m.v.value",
                                                          "last_metrics.m.v.max_value"});
    const json::value from = number(), to = number();
    const double low = from.to_number<double>(), high = to.to_number<double>();
    const auto when = [=](const auto& fits) -> Meaning {
      return [=](const json::object& task) {
        const auto value = number_at(task, field);
        return value && fits(*value);
      };
    };
    switch (below(4)) {
      case 0:
        body[field] = from;
        return when([=](double value) { return value == low; });
      case 1:
        body[field] = json::array{from, to};
        return when([=](double value) { return value >= low && value <= high; });
      case 2:
        body[field] = json::array{from, json::value()};
        return when([=](double value) { return value >= low; });
      default:
        body[field] = json::array{json::value(">" + to_text(from)), json::value("<=" + to_text(to))};
        return when([=](double value) { return value > low && value <= high; });
    }
  }

  static bool finds(const std::string& pattern, const std::string& text, bool in_any_letters) {
    re2::RE2::Options options;
    options.set_case_sensitive(!in_any_letters);
    return re2::RE2::PartialMatch(text, re2::RE2(pattern, options));
  }
  static Meaning matches(const std::string& field, const std::string& pattern, bool in_any_letters) {
    return [=](const json::object& task) {
      const auto values = values_of(task, field);
      return std::ranges::any_of(values, [&](const json::value& value) {
        return value.is_string() && finds(pattern, std::string(value.get_string()), in_any_letters);
      });
    };
  }
  const std::vector<std::string> patterns_{"a", "^a", "A", "b", "ta-", "-3$", "\\.", "[0-9]+", "к", "\"", "^$", "^$|b"};

  Meaning add_pattern(json::object& body) {
    const std::string field = once_in(2) ? "name" : "comment";
    const std::string pattern = of(patterns_);
    body[field] = pattern;
    return matches(field, pattern, false);
  }

  Meaning add_multi(json::object& body) {
    const std::vector<std::string> fields{"name", "comment", "hyperparams.Args.lr.value", "execution.artifacts.key"};
    const bool is_any = once_in(2);
    const bool is_date = once_in(4);
    json::array asked, patterns;
    json::object wanted;
    std::vector<Meaning> meanings;
    if (is_date) {
      // One condition for each of the fields.
      json::value condition;
      const auto seed = engine_;
      for (const char* field : {"started", "completed"}) {
        engine_ = seed;
        asked.emplace_back(field);
        meanings.push_back(date_of(field, condition));
      }
      wanted["datetime"] = condition;
    } else {
      for (std::size_t i = 1 + below(2); i > 0; --i)
        patterns.emplace_back(of(patterns_));
      for (std::size_t i = 1 + below(3); i > 0; --i) {
        const std::string field = of(fields);
        asked.emplace_back(field);
        std::vector<Meaning> each;
        for (const json::value& pattern : patterns)
          each.push_back(matches(field, std::string(pattern.get_string()), true));
        meanings.push_back(any_of(std::move(each)));
      }
      wanted["pattern"] = patterns.size() == 1 ? patterns.front() : json::value(patterns);
    }
    wanted["fields"] = std::move(asked);
    const std::string key =
        std::string(is_any ? "_any_" : "_all_") + (once_in(2) ? "" : "more" + std::to_string(below(3)));
    body[key] = std::move(wanted);
    return is_any ? any_of(std::move(meanings)) : all_of(std::move(meanings));
  }

  static Meaning all_of(std::vector<Meaning> meanings) {
    return [meanings = std::move(meanings)](const json::object& task) {
      return std::ranges::all_of(meanings, [&](const Meaning& one) { return one(task); });
    };
  }
  static Meaning any_of(std::vector<Meaning> meanings) {
    return [meanings = std::move(meanings)](const json::object& task) {
      return std::ranges::any_of(meanings, [&](const Meaning& one) { return one(task); });
    };
  }

  /// One to three conditions. Of two for one field the later one stands alone: a body has each key once.
  Meaning add_conditions(json::object& body) {
    std::vector<Meaning> meanings;
    for (std::size_t i = 1 + below(3); i > 0; --i) {
      json::object with = body;
      Meaning meaning = add_condition(with);
      const bool is_new = with.size() == body.size() + 1 ||
                          (with.contains("filters") && with.size() == body.size() && sizes(with) > sizes(body));
      if (!is_new) continue;
      body = std::move(with);
      meanings.push_back(std::move(meaning));
    }
    return all_of(std::move(meanings));
  }
  static std::size_t sizes(const json::object& body) {
    const json::object* sets = get_object(body, "filters");
    return sets == nullptr ? 0 : sets->size();
  }
  Meaning add_condition(json::object& body) {
    switch (below(7)) {
      case 0:
      case 1:
        return add_choice(body);
      case 2:
        return add_sets(body);
      case 3:
        return add_date(body);
      case 4:
        return add_number(body);
      case 5:
        return add_pattern(body);
      default:
        return add_multi(body);
    }
  }

  std::vector<Order> add_order(json::object& body) {
    const std::vector<std::string> fields{"name",
                                          "comment",
                                          "status",
                                          "last_iteration",
                                          "started",
                                          "completed",
                                          "active_duration",
                                          "hyperparams.Args.lr.value",
                                          "last_metrics.m.v.value"};
    std::vector<Order> out;
    json::array names;
    for (std::size_t i = 1 + below(2); i > 0; --i) {
      out.push_back({.field = of(fields), .is_descending = once_in(2)});
      names.emplace_back((out.back().is_descending ? "-" : "") + out.back().field);
    }
    body["order_by"] = std::move(names);
    return out;
  }

  std::vector<std::string> expected(const Meaning& meaning, const std::vector<Order>& orders) const {
    std::vector<json::object> found;
    std::ranges::copy_if(tasks_, std::back_inserter(found), meaning);
    std::ranges::sort(found, [&](const auto& a, const auto& b) { return comes_before(orders, a, b); });
    std::vector<std::string> ids;
    for (const json::object& task : found)
      ids.emplace_back(task.at("id").get_string());
    return ids;
  }

  /// All pages of the answer, one after the other, by number or by scrolling.
  std::vector<std::string> answered(json::object body) {
    const bool scrolls = once_in(2);
    const std::size_t size = 3 + below(kTasks);
    body["only_fields"] = json::array{json::value("id")};
    body[scrolls ? "size" : "page_size"] = size;
    if (scrolls) body["scroll_id"] = nullptr;
    std::vector<std::string> ids;
    for (int page = 0;; ++page) {
      if (!scrolls) body["page"] = page;
      const json::object answer = ok("tasks.get_all_ex", body);
      const json::array& rows = answer.at("tasks").as_array();
      for (const json::value& row : rows)
        ids.emplace_back(row.at("id").as_string());
      if (rows.size() < size) return ids;
      if (scrolls) body["scroll_id"] = answer.at("scroll_id");
    }
  }

  std::mt19937 engine_{20'261'128};
};

TEST_F(RandomLists, find_and_order_what_their_words_mean) {
  make_tasks();

  int found_some = 0;
  for (int round = 0; round < kRequests; ++round) {
    json::object body;
    const Meaning meaning = add_conditions(body);
    const std::vector<Order> orders = add_order(body);
    const auto wanted = expected(meaning, orders);

    const auto got = answered(body);

    ASSERT_EQ(got, wanted) << "round " << round << ": " << to_text(body);
    found_some += !wanted.empty() && wanted.size() < tasks_.size();
  }
  EXPECT_GT(found_some, kRequests / 4);
}

}  // namespace
}  // namespace jarvis::server
