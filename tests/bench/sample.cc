#include "sample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>

#include "base/digest.h"
#include "server/domain/task_document.h"

namespace jarvis::bench {
namespace {

constexpr std::array kModelNames{"resnet50", "vit-b16",  "unet",     "bert-base", "llama-7b",
                                 "yolov8",   "gpt-mini", "convnext", "mlp",       "lstm"};
constexpr std::array kDataNames{"imagenet", "coco",        "cityscapes", "squad",
                                "wikitext", "librispeech", "tabular",    "medical-ct"};
constexpr std::array kTypes{"training",  "training",        "training",  "training",   "testing",
                            "inference", "data_processing", "optimizer", "controller", "qc"};
constexpr std::array kPackages{"torch",        "torchvision",    "numpy",      "pandas",       "clearml",
                               "scikit-learn", "matplotlib",     "tqdm",       "transformers", "datasets",
                               "pillow",       "scipy",          "pyyaml",     "requests",     "einops",
                               "timm",         "albumentations", "hydra-core", "omegaconf",    "wandb"};
constexpr std::array kParameters{"lr",           "batch_size",    "epochs",          "optimizer",    "momentum",
                                 "weight_decay", "seed",          "dropout",         "warmup_steps", "hidden_size",
                                 "layers",       "heads",         "scheduler",       "precision",    "augment",
                                 "num_workers",  "gradient_clip", "label_smoothing", "image_size",   "dataset"};
constexpr std::array kMetrics{"loss",      "accuracy",     "learning_rate",    "f1",
                              "grad_norm", ":monitor:gpu", ":monitor:machine", "epoch_time"};

struct StatusShare {
  const char* status;
  double until;  // of all tasks
};
constexpr std::array kStatuses{StatusShare{"completed", 0.62},  StatusShare{"failed", 0.75},
                               StatusShare{"stopped", 0.85},    StatusShare{"created", 0.92},
                               StatusShare{"published", 0.965}, StatusShare{"closed", 0.995},
                               StatusShare{"in_progress", 1.01}};

std::string padded(std::size_t number, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%0*zu", digits, number);
  return text.data();
}

}  // namespace

std::string Sampler::id() {
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(random_()),
                static_cast<unsigned long long>(random_()));
  return text.data();
}

std::size_t Sampler::skewed(std::size_t count) {
  const double place = std::pow(uniform(), 3.0) * static_cast<double>(count);
  return std::min(count - 1, static_cast<std::size_t>(place));
}

json::object Sampler::user(std::size_t number) {
  return {{"id", id()},
          {"company", owner_.company.str()},
          {"name", "user " + padded(number, 3)},
          {"given_name", "user"},
          {"family_name", padded(number, 3)},
          {"role", "user"},
          {"created", date(90'000'000)}};
}

json::object Sampler::project(std::size_t number, const Person& by) {
  const std::string team = "team " + padded(number % 20, 2);
  const std::string date_made = date(static_cast<std::int64_t>(uniform() * 8e7));
  return {
      {"id", id()},
      {"company", owner_.company.str()},
      {"user", by.id},
      {"name", number < 20 ? team : team + "/" + kDataNames.at(number % kDataNames.size()) + " " + padded(number, 4)},
      {"description", "what is tried with " + std::string(kDataNames.at(number % kDataNames.size()))},
      {"parent", nullptr},
      {"path", json::array()},
      {"tags", json::array()},
      {"system_tags", json::array()},
      {"created", date_made},
      {"last_update", date_made}};
}

json::array Sampler::tags() {
  std::set<std::string> some;
  for (std::size_t i = below(5); i > 0; --i)
    some.insert("tag-" + padded(skewed(300), 3));
  json::array out;
  for (const std::string& tag : some)
    out.emplace_back(tag);
  return out;
}

json::object Sampler::hyperparams() {
  json::object args;
  const std::size_t count = 5 + below(16);
  for (std::size_t i = 0; i < count; ++i) {
    const char* name = kParameters.at(i);
    std::string value;
    switch (i) {
      case 0:
        value = std::to_string(std::pow(10.0, -1 - 4 * uniform()));
        break;
      case 3:
        value = std::array{"adam", "adamw", "sgd", "lion"}.at(below(4));
        break;
      case 6:
        value = std::to_string(below(100'000));
        break;
      default:
        value = std::to_string(1U << below(11));
    }
    args[name] = json::object{
        {"section", "Args"}, {"name", name}, {"value", value}, {"type", i == 0 ? "float" : "int"}, {"description", ""}};
  }
  return {{"Args", std::move(args)}};
}

json::object Sampler::script() {
  std::string requirements = "# Python 3.11.2\n";
  const std::size_t count = 8 + below(kPackages.size() - 8);
  for (std::size_t i = 0; i < count; ++i)
    requirements += std::string(kPackages.at(i)) + " == " + std::to_string(1 + below(3)) + "." +
                    std::to_string(below(20)) + "." + std::to_string(below(9)) + "\n";
  std::string diff;
  if (below(3) == 0) {
    diff = "diff --git a/train.py b/train.py\n--- a/train.py\n+++ b/train.py\n";
    for (std::size_t i = 4 + below(20); i > 0; --i)
      diff += "@@ -" + std::to_string(i * 7) + ",1 +" + std::to_string(i * 7) +
              ",1 @@\n-    rate = 0.1\n+    rate = " + std::to_string(uniform()) + "\n";
  }
  return {{"binary", "python3.11"},
          {"repository", "git@git.example.com:team/" + std::string(kDataNames.at(below(kDataNames.size()))) + ".git"},
          {"branch", below(4) == 0 ? "experiment-" + std::to_string(below(100)) : "main"},
          {"version_num", id() + "01234567"},
          {"entry_point", "train.py"},
          {"working_dir", "src"},
          {"requirements", json::object{{"pip", requirements}}},
          {"diff", diff}};
}

json::object Sampler::last_metrics(std::int64_t iterations) {
  std::map<std::string, json::object> all;
  const std::size_t count = 2 + below(kMetrics.size() - 2);
  for (std::size_t i = 0; i < count; ++i) {
    std::map<std::string, json::object> variants;
    for (const char* variant : {"train", "validation"}) {
      const double last = uniform();
      const std::int64_t best = static_cast<std::int64_t>(below(static_cast<std::size_t>(iterations) + 1));
      variants[md5_hex(variant)] = {{"metric", kMetrics.at(i)},
                                    {"variant", variant},
                                    {"value", last},
                                    {"iter", iterations},
                                    {"timestamp", now_.ms()},
                                    {"min_value", last * 0.9},
                                    {"min_value_iteration", best},
                                    {"max_value", last * 1.7},
                                    {"max_value_iteration", best / 2},
                                    {"first_value", last * 1.5},
                                    {"first_value_iteration", 0},
                                    {"count", iterations + 1},
                                    {"mean_exact", last * 1.1},
                                    {"mean_value", std::round(last * 110) / 100}};
    }
    json::object& into = all[md5_hex(kMetrics.at(i))];
    for (auto& [key, value] : variants)
      into[key] = std::move(value);
  }
  json::object out;
  for (auto& [key, value] : all)
    out[key] = std::move(value);
  return out;
}

json::object Sampler::task(std::size_t number, const std::string& project, const Person& by) {
  const std::string model = kModelNames.at(skewed(kModelNames.size()));
  const std::string data = kDataNames.at(below(kDataNames.size()));
  const double place = uniform();
  const std::string status =
      std::ranges::find_if(kStatuses, [&](const StatusShare& share) { return place < share.until; })->status;
  const auto created_ago = static_cast<std::int64_t>(uniform() * 6.3e7) + 10'000;
  const auto duration = static_cast<std::int64_t>(std::exp(uniform() * 12));
  const std::int64_t iterations = 10 + static_cast<std::int64_t>(below(100'000));
  json::object out = server::domain::new_task(model + " on " + data + " #" + std::to_string(number),
                                              kTypes.at(below(kTypes.size())), owner_, now_);
  out["id"] = id();
  out["user"] = by.id;
  out["last_changed_by"] = by.id;
  out["status"] = status;
  out["project"] = project;
  out["created"] = date(created_ago);
  const bool has_run = status != "created";
  const bool is_running = status == "in_progress";
  const std::int64_t started_ago =
      created_ago - std::min<std::int64_t>(created_ago, 60 + static_cast<std::int64_t>(below(4000)));
  const std::int64_t ended_ago = std::max<std::int64_t>(5, started_ago - duration);
  // What runs reports now: it stays as it is for two hours (see limits::silent_task_max).
  const std::string last = is_running ? date(0) : has_run ? date(ended_ago) : date(created_ago);
  out["last_update"] = out["last_change"] = last;
  out["status_changed"] = has_run ? date(is_running ? started_ago : ended_ago) : date(created_ago);
  if (has_run) {
    out["started"] = date(started_ago);
    out["last_iteration"] = iterations;
    out["last_metrics"] = last_metrics(iterations);
    out["runtime"] = json::object{{"progress", "100"}, {"_last_user", by.name}};
    if (!is_running) {
      out["completed"] = date(ended_ago);
      out["active_duration"] = duration;
      out["last_worker"] = "gpu-" + padded(below(64), 2) + ":gpu" + std::to_string(below(8));
    }
  }
  if (status == "failed") out["status_reason"] = "exit code 1";
  if (status == "published") out["published"] = date(ended_ago);
  if (below(4) == 0) out["comment"] = "tried " + model + " once more, with another seed";
  out["tags"] = tags();
  if (below(20) == 0) out["system_tags"] = json::array{"archived"};
  out["script"] = script();
  out["hyperparams"] = hyperparams();
  out["container"] = json::object{{"image", below(2) == 0 ? "nvcr.io/nvidia/pytorch:23.10-py3" : ""},
                                  {"arguments", ""},
                                  {"setup_shell_script", ""}};
  json::array artifacts;
  for (std::size_t i = below(3); i > 0; --i) {
    artifacts.emplace_back(json::object{{"key", "artifact " + std::to_string(i)},
                                        {"mode", "output"},
                                        {"type", "pickle"},
                                        {"hash", id() + id()},
                                        {"uri", "http://files.example.com/" + data + "/" +
                                                    out["id"].as_string().c_str() + "/artifact" + std::to_string(i)},
                                        {"content_size", below(1 << 20)},
                                        {"timestamp", now_.ms() / 1000}});
  }
  out["execution"] = json::object{{"queue", nullptr}, {"artifacts", std::move(artifacts)}};
  return out;
}

json::object Sampler::model(std::size_t number, const json::object& task) {
  return {{"id", id()},
          {"company", owner_.company.str()},
          {"user", task.at("user")},
          {"name", "model of " + std::string(task.at("name").as_string())},
          {"uri", "http://files.example.com/models/" + std::to_string(number) + ".pt"},
          {"framework", below(3) == 0 ? "TensorFlow" : "PyTorch"},
          {"project", task.at("project")},
          {"task", task.at("id")},
          {"parent", nullptr},
          {"comment", ""},
          {"tags", tags()},
          {"system_tags", json::array()},
          {"design", json::object()},
          {"labels", json::object{{"cat", 1}, {"dog", 2}}},
          {"metadata",
           json::object{
               {"stage", json::object{{"key", "stage"}, {"type", "str"}, {"value", below(2) == 0 ? "dev" : "prod"}}}}},
          {"ui_cache", json::object()},
          {"ready", below(2) == 0},
          {"created", task.at("last_update")},
          {"last_update", task.at("last_update")},
          {"last_change", task.at("last_update")}};
}

}  // namespace jarvis::bench
