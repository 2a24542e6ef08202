import Testing

@testable import embed_resources

struct ResourceNameTests {
  @Test func namesAFileByItsPathWithoutExtension() throws {
    let names = try resourceNames(
      of: ["/m/Devices/rp2040.json", "/m/Devices/arm/m7.json", "/m/all.csv", "/m/a.b/c.d.json"],
      below: "/m")
    #expect(names == ["Devices/rp2040", "Devices/arm/m7", "all", "a.b/c.d"])
  }

  @Test func tellsOneStemInTwoFoldersApart() throws {
    let names = try resourceNames(of: ["/m/a/x.json", "/m/b/x.json"], below: "/m/")
    #expect(names == ["a/x", "b/x"])
  }

  @Test func saysBothPathsOfTwoFilesOfOneName() {
    let error = ResourceError("/m/Page/a.css and /m/Page/a.js would both be embedded as 'Page/a'")
    #expect(throws: error) {
      try resourceNames(of: ["/m/Page/a.css", "/m/Page/a.js"], below: "/m")
    }
  }

  @Test func refusesAFileOutsideTheTarget() {
    #expect(throws: ResourceError("/other/a.json does not lie below /m")) {
      try resourceNames(of: ["/other/a.json"], below: "/m")
    }
  }
}
