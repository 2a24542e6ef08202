import ArgumentParser
import Carbon
import DeviceProfiles

/// Names that shells complete; they are looked up when a shell asks for them.
enum Completions {
  static var devices: CompletionKind { .custom { _, _, _ in DeviceCatalog.names } }
  static var runtimes: CompletionKind { .custom { _, _, _ in DeviceCatalog.runtimeNames } }
  static var cores: CompletionKind { .custom { _, _, _ in ProcessorCores.names } }
  static var products: CompletionKind { .custom { _, _, _ in ProductCatalog.names } }
  static var regions: CompletionKind {
    .custom { _, _, _ in GridIntensity().regions.map(\.code) }
  }
}
