#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/files.hpp"

// The documentation as a site of MkDocs.
namespace h4h::tests {
namespace {

Outcome built(const std::string& configuration, const TemporaryFolder& folder) {
  return run("mkdocs build --strict --config-file " + configuration + " --site-dir " +
             (folder.path() / "site").string());
}

Outcome links(const std::string& folder) { return run("tests/site/links " + folder); }

TEST(Site, BuildsWithoutAWarningAndItsLinksLeadSomewhere) {
  const TemporaryFolder folder;
  const Outcome o = built("mkdocs.yml", folder);
  ASSERT_EQ(o.code, 0) << o.out << o.err << "\nmkdocs is installed by tools/packages --tests";
  const std::string site = (folder.path() / "site").string();
  const Outcome found = links(site);
  EXPECT_EQ(found.code, 0) << found.out;
  // README.md is the first page; a linked file outside docs/ is a page, too; pictures are there.
  EXPECT_NE(content(site + "/index.html").find("<img alt="), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(site + "/report.png"));
  EXPECT_TRUE(std::filesystem::exists(site + "/chip.svg"));
  EXPECT_NE(content(site + "/repository/platforms/cim-analog.yaml/index.html").find("extends:"),
            std::string::npos);
  const std::string tutorial = content(site + "/tutorial-architects/index.html");
  EXPECT_EQ(tutorial.find("```"), std::string::npos);  // every block is one
  EXPECT_NE(tutorial.find("href=\"../repository/workloads/#network-files\""), std::string::npos);
}

TEST(Site, RefusesPagesOutsideItsNavigationAndLinksToNothing) {
  const TemporaryFolder folder;
  const std::string copy = (folder.path() / "copy").string();
  ASSERT_EQ(run("mkdir -p " + copy + "/tools && cp -r docs mkdocs.yml README.md " + copy +
                " && cp -r tools/docs " + copy + "/tools")
                .code,
            0);
  folder.write("copy/docs/lost.md", "# Lost\n[here](nowhere.md), [there](../none/at-all.cpp)\n");
  const Outcome o = built(copy + "/mkdocs.yml", folder);
  EXPECT_EQ(o.code, 1);
  for (const char* const problem :
       {"docs/lost.md is not in the navigation of mkdocs.yml",
        "docs/lost.md: the link leads to no file: nowhere.md",
        "docs/lost.md: the link leads to no file: ../none/at-all.cpp"}) {
    EXPECT_NE(o.err.find(problem), std::string::npos) << problem << "\n" << o.err;
  }
}

TEST(Site, LinksToNoPageNoHeadingOrTheNetworkAreFound) {
  const TemporaryFolder folder;
  folder.write(
      "index.html",
      "<h1 id=a>A</h1><a href='#a'>a</a><a href='#b'>b</a><a href='no.html'>c</a>"
      "<a href='https://example.org'>d</a><script src='https://example.org/x.js'></script>");
  const Outcome o = links(folder.path().string());
  EXPECT_EQ(o.code, 1);
  EXPECT_EQ(o.out,
            "index.html: #b: leads to no heading\n"
            "index.html: no.html: leads nowhere\n"
            "index.html: https://example.org/x.js: loads from the network\n"
            "1 pages, 5 links\n");
}

}  // namespace
}  // namespace h4h::tests
