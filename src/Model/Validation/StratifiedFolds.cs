using Cohort.Model.Randomness;

namespace Cohort.Model.Validation;

/// <summary>
/// Deals samples into k folds that resemble the whole in their classes (Kohavi 1995, stratified cross-validation). The same labels, groups
/// and seed give the same folds.
/// </summary>
public static class StratifiedFolds
{
    /// <summary>Beyond so many groups only moves are tried, no exchanges of two.</summary>
    private const int MostGroupsToSwap = 1_500;
    private const int MostPasses = 30;

    /// <summary>
    /// Deals single samples: of each class, and of all together, no two folds have counts that differ by more than one.
    /// </summary>
    /// <param name="labels">A class of each sample, in [0, classes).</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="folds">k, at least 2.</param>
    /// <param name="seed">Another seed, other folds.</param>
    /// <returns>A fold of each sample, in [0, k).</returns>
    public static int[] Deal(ReadOnlySpan<int> labels, int classes, int folds, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        int[] foldOf = new int[labels.Length];
        int turn = 0;
        for (int label = 0; label < classes; label++)
        {
            List<int> ofClass = [];
            for (int i = 0; i < labels.Length; i++)
            {
                if (labels[i] == label)
                    ofClass.Add(i);
            }

            int[] order = [.. ofClass];
            KeyedRandom.For(seed, Purpose.Folds, label).Permute<int>(order);

            // The next class goes on where this one ended, so that sizes stay even too.
            foreach (int sample in order)
                foldOf[sample] = turn++ % folds;
        }

        return foldOf;
    }

    /// <summary>
    /// Deals whole groups, such as persons: nobody is in two folds. The largest first, each into the fold that it serves best, as
    /// scikit-learn's StratifiedGroupKFold does; then groups are moved and exchanged while that brings the folds nearer to equal.
    /// </summary>
    /// <param name="labels">A class of each sample, in [0, classes).</param>
    /// <param name="groups">A group of each sample, in [0, groupCount).</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="groupCount">How many groups there are; at least k, none without a sample.</param>
    /// <param name="folds">k, at least 2.</param>
    /// <param name="seed">Another seed, other folds.</param>
    /// <returns>A fold of each sample, in [0, k).</returns>
    public static int[] DealGroups(
        ReadOnlySpan<int> labels, ReadOnlySpan<int> groups, int classes, int groupCount, int folds, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(groupCount, folds);
        var table = new GroupDeal(labels, groups, classes, groupCount, folds);
        int[] order = [.. Enumerable.Range(0, groupCount)];
        KeyedRandom.For(seed, Purpose.Folds, -1).Permute<int>(order);
        // Stable: equal ones stay in the drawn order. A fold without any is always served best, so that none stays empty.
        foreach (int group in order.OrderByDescending(table.SizeOf))
            table.Put(group);
        for (int pass = 0; pass < MostPasses; pass++)
        {
            bool better = table.Move(order);
            if (groupCount <= MostGroupsToSwap)
                better |= table.Swap(order);
            if (!better)
                break;
        }

        int[] foldOf = new int[labels.Length];
        for (int i = 0; i < foldOf.Length; i++)
            foldOf[i] = table.FoldOf(groups[i]);
        return foldOf;
    }

    // How far folds are from equal: the sum over folds and classes of (count - ideal)^2 / ideal, and the same for sizes.
    private sealed class GroupDeal
    {
        private const double Gain = 1e-9;

        private readonly int _columns;
        private readonly int _folds;
        private readonly int[] _have; // [groups, classes + 1]; the last column is the size
        private readonly double[] _sums; // [folds, classes + 1]
        private readonly double[] _ideal;
        private readonly int[] _foldOf;
        private readonly int[] _members;

        public GroupDeal(ReadOnlySpan<int> labels, ReadOnlySpan<int> groups, int classes, int groupCount, int folds)
        {
            _columns = classes + 1;
            _folds = folds;
            _have = new int[groupCount * _columns];
            _sums = new double[folds * _columns];
            _ideal = new double[_columns];
            _members = new int[folds];
            _foldOf = new int[groupCount];
            Array.Fill(_foldOf, -1);
            for (int i = 0; i < labels.Length; i++)
            {
                _have[(groups[i] * _columns) + labels[i]]++;
                _have[(groups[i] * _columns) + classes]++;
                _ideal[labels[i]] += 1.0 / folds;
                _ideal[classes] += 1.0 / folds;
            }
        }

        public int SizeOf(int group) => _have[(group * _columns) + _columns - 1];

        public int FoldOf(int group) => _foldOf[group];

        public void Put(int group)
        {
            int best = 0;
            double least = double.PositiveInfinity;
            for (int fold = 0; fold < _folds; fold++)
            {
                double cost = CostOf(fold, group, -1) - CostOf(fold, -1, -1);
                if (cost < least)
                    (least, best) = (cost, fold);
            }

            Join(group, best);
        }

        public bool Move(int[] order)
        {
            bool better = false;
            foreach (int group in order)
            {
                int from = _foldOf[group];
                if (_members[from] == 1)
                    continue;
                double saved = CostOf(from, -1, -1) - CostOf(from, -1, group);
                for (int to = 0; to < _folds; to++)
                {
                    if (to == from || CostOf(to, group, -1) - CostOf(to, -1, -1) > saved - Gain)
                        continue;
                    Leave(group);
                    Join(group, to);
                    better = true;
                    break;
                }
            }

            return better;
        }

        public bool Swap(int[] order)
        {
            bool better = false;
            foreach (int one in order)
            {
                foreach (int other in order)
                {
                    (int here, int there) = (_foldOf[one], _foldOf[other]);
                    if (here == there || CostOf(here, other, one) + CostOf(there, one, other)
                        > CostOf(here, -1, -1) + CostOf(there, -1, -1) - Gain)
                    {
                        continue;
                    }

                    Leave(one);
                    Leave(other);
                    Join(one, there);
                    Join(other, here);
                    better = true;
                }
            }

            return better;
        }

        // Of a fold as it would be with one group more and another less; -1 for none.
        private double CostOf(int fold, int with, int without)
        {
            double cost = 0;
            for (int column = 0; column < _columns; column++)
            {
                if (_ideal[column] == 0)
                    continue;
                double count = _sums[(fold * _columns) + column]
                    + (with < 0 ? 0 : _have[(with * _columns) + column])
                    - (without < 0 ? 0 : _have[(without * _columns) + column]);
                cost += (count - _ideal[column]) * (count - _ideal[column]) / _ideal[column];
            }

            return cost;
        }

        private void Join(int group, int fold)
        {
            _foldOf[group] = fold;
            _members[fold]++;
            for (int column = 0; column < _columns; column++)
                _sums[(fold * _columns) + column] += _have[(group * _columns) + column];
        }

        private void Leave(int group)
        {
            int fold = _foldOf[group];
            _members[fold]--;
            for (int column = 0; column < _columns; column++)
                _sums[(fold * _columns) + column] -= _have[(group * _columns) + column];
        }
    }
}
