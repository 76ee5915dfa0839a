#include "agent/python/requirement_line.h"

#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

struct Line {
  const char* text;
  const char* package;
  const char* specifiers;
  const char* exact;
  const char* again;
};

TEST(RequirementLine, is_taken_apart_and_put_together) {
  const Line lines[] = {
      {"six", "six", "", "", "six"},
      {"  Scikit_Learn [all] == 1.4 ; python_version > '3.8'", "scikit-learn", "==1.4", "1.4",
       "Scikit_Learn[all]==1.4; python_version > '3.8'"},
      {"torch===2.1.0+cu121", "torch", "===2.1.0+cu121", "2.1.0+cu121", "torch===2.1.0+cu121"},
      {"a.b--c >= 1.0, < 2  # why", "a-b-c", ">=1.0,<2", "", "a.b--c>=1.0,<2"},
      {"six (>=1)", "six", ">=1", "", "six>=1"},
      {"six==1.*", "six", "==1.*", "", "six==1.*"},
      {"x @ git+https://h/r@main#egg=x ; os_name == 'posix'", "x", "@ git+https://h/r@main#egg=x", "",
       "x @ git+https://h/r@main#egg=x; os_name == 'posix'"},
      {"six==1.16.0 --hash=sha256:aa", "six", "==1.16.0", "1.16.0", "six==1.16.0 --hash=sha256:aa"},
      {"six==1.16.0 \\", "six", "==1.16.0", "1.16.0", "six==1.16.0 \\"},
      {"--hash=sha256:aa", "", "", "", "--hash=sha256:aa"},
      {"-e .", "", "", "", "-e ."},
      {"./pkg", "", "", "", "./pkg"},
      {"https://h/six-1.whl", "", "", "", "https://h/six-1.whl"},
      {"git+https://h/r", "", "", "", "git+https://h/r"},
      {"six[", "", "", "", "six["},
  };
  for (const Line& line : lines) {
    const RequirementLine parsed = parse_requirement(line.text);
    EXPECT_EQ(parsed.package, line.package) << line.text;
    EXPECT_EQ(parsed.specifiers, line.specifiers) << line.text;
    EXPECT_EQ(parsed.exact_version(), line.exact) << line.text;
    EXPECT_EQ(parsed.text(), line.again) << line.text;
  }
}

TEST(RequirementLine, admits_a_release_when_one_of_its_patches_can_fit) {
  const auto admits = [](const char* line) { return parse_requirement(line).admits(2, 4); };
  for (const char* line : {"t", "t>=2.0", "t>=2.4.1", "t>2.4.0", "t<=2.4", "t<2.4.1", "t<2.5", "t==2.4.1", "t==2.4.*",
                           "t==2.*", "t~=2.0", "t~=2.4.0", "t!=2.4.0", "t===2.4.0", "t @ https://h/t.whl", "t>=2,<3"})
    EXPECT_TRUE(admits(line)) << line;
  for (const char* line :
       {"t>=2.5", "t>2.4", "t<2.4", "t<2.4.0", "t<=2.3.9", "t==2.3.1", "t==1.*", "t~=2.5", "t~=2.3.0", "t>=2.0,<2.4"})
    EXPECT_FALSE(admits(line)) << line;
}

TEST(RequirementLine, can_meet_what_another_names_when_a_version_fits_both) {
  struct Case {
    std::string recorded, wanted;
    bool fits;
  };
  const std::vector<Case> cases{{"torch==2.1.2", "~=2.1", true},  {"torch==2.1.2", "~=2.1.0", true},
                                {"torch==2.2", "~=2.1.0", false}, {"torch==1.9", "~=2.1", false},
                                {"torch>=2.0,<3", ">=2.5", true}, {"torch<2.0", ">=2.0", false},
                                {"torch<=2.0", ">=2.0", true},    {"torch", "==1.0", true},
                                {"torch==2.1.*", ">2.1.5", true}, {"torch==2.1.2+cu118", "<2", false}};
  for (const Case& one : cases)
    EXPECT_EQ(parse_requirement(one.recorded).can_meet(one.wanted), one.fits) << one.recorded << " " << one.wanted;
}

}  // namespace
}  // namespace jarvis::agent
