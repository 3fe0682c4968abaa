#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

Outcome words(const std::string& files) { return run("tools/words " + files); }

std::string planted(const TemporaryFolder& folder, const char* name, const std::string& text) {
  return folder.write(name, text).string();
}

TEST(Words, FindNothingInTheRepository) {
  const Outcome o = words("");
  EXPECT_EQ(o.code, 0) << o.out << o.err;
  EXPECT_EQ(o.out, "");
}

TEST(Words, DoWithoutGit) {
  const Outcome o =
      run("python=$(python3 -c 'import sys; print(sys.executable)') && PATH=/none \"$python\" "
          "tools/words");
  EXPECT_EQ(o.code, 0) << o.out << o.err;
}

TEST(Words, RefuseAPlantedPhraseWithItsPlaceAndWhatToWrite) {
  const TemporaryFolder folder;
  const std::string file = planted(folder, "a.cpp", "int x;\nauto t = \"What   binds it\";\n");
  const Outcome o = words(file);
  EXPECT_EQ(o.code, 1);
  EXPECT_EQ(o.out, file + ":2: 'what binds': write: bottleneck\n");
}

TEST(Words, JoinLiteralsInARowAndPassLineBreaks) {
  const TemporaryFolder folder;
  EXPECT_EQ(words(planted(folder, "a.cpp", "auto t = \"go on \"\n    \"with it\";\n")).code, 1);
  EXPECT_EQ(words(planted(folder, "b.cpp", "auto t = \"goes on\\nwhere\";\n")).code, 1);
  EXPECT_EQ(words(planted(folder, "c.cpp", "auto t = R\"(goes on\nwhere)\";\n")).code, 1);
}

TEST(Words, LookThroughPagesScriptsAndDocuments) {
  const TemporaryFolder folder;
  EXPECT_EQ(words(planted(folder, "a.html", "<h2>What must hold</h2>\n")).code, 1);
  EXPECT_EQ(words(planted(folder, "a.js", "tile(\"Networks looked at\");\n")).code, 1);
  EXPECT_EQ(words(planted(folder, "a.md", "It goes on\nwhere it was.\n")).code, 1);
}

TEST(Words, AllowCommentsKeysAndSingleWords) {
  const TemporaryFolder folder;
  EXPECT_EQ(
      words(planted(folder, "a.cpp", "// What binds it.\n/* what must hold */ int x;\n")).code, 0);
  EXPECT_EQ(words(planted(folder, "b.cpp", "auto t = \"backing.bandwidth room words\";\n")).code,
            0);
  EXPECT_EQ(words(planted(folder, "c.js", "  // what binds it\n")).code, 0);
}

TEST(Words, NameAFileThatIsNotThere) {
  const Outcome o = words("/none.cpp");
  EXPECT_NE(o.code, 0);
  EXPECT_NE(o.err.find("/none.cpp"), std::string::npos) << o.err;
}

}  // namespace
}  // namespace h4h::tests
