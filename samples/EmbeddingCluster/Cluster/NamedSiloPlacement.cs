using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace EmbeddingCluster;

/// <summary>A grain lives on the silo whose address is its key, or nowhere.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking]
public sealed class NamedSiloPlacement : PlacementStrategy;

/// <summary>Says so of a grain's class.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NamedSiloPlacementAttribute() : PlacementAttribute(new NamedSiloPlacement());

/// <summary>Finds the silo.</summary>
internal sealed class NamedSiloPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        string key = target.GrainIdentity.Key.ToString()!;
        return context.GetCompatibleSilos(target).FirstOrDefault(silo => silo.ToParsableString() == key) is { } found
            ? Task.FromResult(found)
            : Task.FromException<SiloAddress>(new SiloUnavailableException($"There is no silo {key} any more."));
    }
}
