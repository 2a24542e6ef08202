import Documents
package import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Defaults of options for devices and deployments, from a file beside the models; options win.
package struct Configuration: Decodable {
  /// Version of the format; `1.0` is the only one.
  package var schemaVersion: String?
  /// What `--device` takes.
  package var device: DeviceName?
  /// What `--runtime` takes; of the file's own device only.
  package var runtime: String?
  /// What `--product` takes.
  package var product: String?
  /// What `--region` takes; it wins over the deployment's.
  package var region: String?
  /// The file of `--deployment`.
  package var deployment: String?
  /// The file of `check --policy`.
  package var policy: String?

  /// Where it was read.
  package private(set) var path = ""

  private enum CodingKeys: String, CodingKey {
    case schemaVersion, device, runtime, product, region, deployment, policy
  }

  /// The names that the file may have, the usual one first.
  package static let names = [".iotco2-graph.yml", ".iotco2-graph.yaml"]

  /// Reads a file; the paths in it start at its folder.
  package init(contentsOf path: String) throws(Problem) {
    self = try Document<Configuration>(contentsOf: path) { content in
      if let version = content.schemaVersion, version != "1.0" {
        throw DocumentProblem(["schemaVersion"], "is '\(version)', expected '1.0'")
      }
      if content.runtime != nil, content.device == nil {
        throw DocumentProblem(["runtime"], "needs a device")
      }
    }.content
    self.path = path
    let folder = folder(of: path)
    func placed(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }
    if let name = device?.text, DeviceReference.isFile(name) { device?.text = placed(name) }
    product = product.map { ProductReference.isFile($0) ? placed($0) : $0 }
    deployment = deployment.map(placed)
    policy = policy.map(placed)
  }

  /// One device: a list of them would make commands fail that take one.
  package struct DeviceName: Decodable {
    package var text: String

    package init(from decoder: any Decoder) throws {
      if (try? decoder.unkeyedContainer()) != nil {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: decoder.codingPath,
            debugDescription: "expected one device; repeat --device for several"))
      }
      text = try decoder.singleValueContainer().decode(String.self)
    }
  }

  /// Evaluates a default: an error in it is an error of this file.
  package func blamed<Result>(
    _ body: () throws(Problem) -> Result
  ) throws(Problem) -> Result {
    do throws(Problem) {
      return try body()
    } catch {
      throw error.placed(at: path)
    }
  }

  /// The file of this folder or of the nearest above it, up to the top of a repository.
  package static func nearest() -> String? {
    guard let current = getcwd(nil, 0) else { return nil }
    defer { free(current) }
    var folder = String(cString: current)
    var steps = ""
    while true {
      for name in names where fileExists("\(folder)/\(name)") {
        return steps + name
      }
      guard folder != "/", !fileExists("\(folder)/.git") else { return nil }
      folder = folder.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 }
      if folder.isEmpty { folder = "/" }
      steps += "../"
    }
  }
}
