using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace GeneratedEncoder.RealModels;

/// <summary>The files inside an assembly, which is read as bytes and never loaded.</summary>
internal static class PackageResources
{
    /// <summary>The manifest resource whose name ends so.</summary>
    /// <exception cref="InvalidDataException">It is no assembly, or has not exactly one such resource.</exception>
    public static byte[] Read(byte[] assembly, string ending)
    {
        try
        {
            using PEReader reader = new(ImmutableArray.Create(assembly));
            MetadataReader metadata = reader.GetMetadataReader();
            ManifestResource[] found =
                [.. metadata.ManifestResources.Select(metadata.GetManifestResource).Where(resource => resource.Implementation.IsNil && metadata.GetString(resource.Name).EndsWith(ending, StringComparison.Ordinal))];
            if (found is not [ManifestResource only])
            {
                throw new InvalidDataException($"The assembly has {found.Length} resources that are called '{ending}'; one was expected.");
            }

            // A resource is its length, then its bytes.
            PEMemoryBlock resources = reader.GetSectionData(reader.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress);
            BlobReader start = resources.GetReader(checked((int)only.Offset), sizeof(int));
            return resources.GetContent(checked((int)only.Offset) + sizeof(int), start.ReadInt32()).ToArray();
        }
        catch (Exception e) when (e is BadImageFormatException or InvalidOperationException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"The assembly can't be read: {e.Message}", e);
        }
    }
}
