@testable import DeviceProfiles
import Foundation
import TestSupport
import Testing

@Suite struct EthosUConstantsTests {
  /// Every number has an interval, a note, and a source that the file describes.
  @Test func everyConstantSaysWhatItIs() throws {
    let path = Paths.root.appending(path: "Sources/DeviceProfiles/Data/ethos_u.json")
    let file = try JSONSerialization.jsonObject(with: Data(contentsOf: path))
    var object = try #require(file as? [String: Any])
    let sources = try #require(object.removeValue(forKey: "sources") as? [String: Any])
    var cited: Set<String> = []
    func check(_ entry: [String: Any], _ place: String) throws {
      guard let value = entry["value"] as? Double else {
        for (key, inner) in entry {
          try check(try #require(inner as? [String: Any]), "\(place).\(key)")
        }
        return
      }
      let (low, high) = (entry["low"] as? Double ?? value, entry["high"] as? Double ?? value)
      #expect(low < value && value < high, "\(place)")
      #expect(entry["provenance"] as? String == "derived", "\(place)")
      #expect((entry["note"] as? String)?.isEmpty == false, "\(place)")
      cited.insert(try #require(entry["source"] as? String))
    }
    try check(object, "ethos_u")
    #expect(cited == Set(sources.keys))
    #expect(EthosUConstants.standard.citedSources == cited.sorted())
  }
}
